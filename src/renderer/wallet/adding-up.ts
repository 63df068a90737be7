/**
 * Parts of a sum, cut to whole steps so that what is shown adds up to the cut sum as well. What cutting lost goes, a
 * step each, to the parts that lost most; to none by which somebody would be promised more than there is, `kept`.
 * @param step in the units of the parts, such as 10¹⁴ wei to show four decimals.
 */
export function cutToAddUp(parts: readonly bigint[], step: bigint, kept: number): bigint[] {
  const lost = parts.map((part) => part % step);
  const missing = Number(lost.reduce((sum, rest) => sum + rest, 0n) / step);
  // Fewer steps are missing than there are parts that lost something, so the one that is kept is not needed.
  const raised = new Set(
    lost
      .map((rest, index) => ({ rest, index }))
      .filter(({ index }) => index !== kept)
      .sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1))
      .slice(0, missing)
      .map(({ index }) => index),
  );
  return parts.map((part, index) => part - (part % step) + (raised.has(index) ? step : 0n));
}
