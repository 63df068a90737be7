/**
 * Heights of `slots` bars for the newest samples, the newest last and missing ones 0; the highest sample is
 * as high as the chart.
 */
export function barHeights(samples: readonly number[], slots: number, height: number): number[] {
  const newest = samples.slice(-slots);
  const highest = Math.max(0, ...newest);
  const missing = Array.from({ length: slots - newest.length }, () => 0);
  return [...missing, ...newest.map((sample) => (highest === 0 ? 0 : (sample / highest) * height))];
}
