/** What the user lets transactions cost. */
export interface FeeLimits {
  /** Wei of the chain's coin for a unit of gas. */
  readonly gasPriceCeilingWei: bigint;
}

/** BNB Smart Chain takes no transaction of more gas. */
const MOST_GAS = 16_777_216n;

/**
 * Room for what changes between the estimate and the block, such as a vote's checkpoint, which takes new storage in
 * another second (two slots, 22,100 each); what is not used is not paid.
 */
export function gasLimitFor(estimate: bigint, earlierRefusals: number): bigint {
  const roomy = (estimate * 13n) / 10n + 50_000n * BigInt(1 + earlierRefusals);
  return roomy < MOST_GAS ? roomy : MOST_GAS;
}

/**
 * The price of a replacement, in wei: nodes take one only for an eighth more (geth asks for a tenth).
 * @param live price of now.
 */
export function replacementPrice(before: bigint, live: bigint): bigint {
  const atLeast = (before * 9n) / 8n + 1n;
  return live > atLeast ? live : atLeast;
}
