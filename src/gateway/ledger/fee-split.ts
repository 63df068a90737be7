/** Basis points of what a buyer pays; the three are 10,000, as `NetworkParameters` has them. */
export interface FeeSplit {
  readonly nodes: number;
  readonly protocol: number;
  readonly stakers: number;
}

/** Basis points of the whole. */
export const WHOLE = 10_000n;

/** Where no chain says otherwise. */
export const DEFAULT_FEE_SPLIT: FeeSplit = { nodes: 8_000, protocol: 500, stakers: 1_500 };

interface JobPrice {
  /** What the buyer pays: the sum of the others. */
  readonly buyerWei: bigint;
  readonly nodesWei: bigint;
  readonly protocolWei: bigint;
  readonly stakersWei: bigint;
}

/**
 * What a buyer pays for a result, so that the nodes' share of it is the credit they were told, to the wei. The price
 * is rounded up; what rounding leaves between protocol and stakers is the stakers'.
 */
export function priceOf(creditWei: bigint, split: FeeSplit): JobPrice {
  const nodes = BigInt(split.nodes);
  const buyerWei = (creditWei * WHOLE + nodes - 1n) / nodes;
  const fees = buyerWei - creditWei;
  const others = BigInt(split.protocol + split.stakers);
  const protocolWei = others === 0n ? 0n : (fees * BigInt(split.protocol)) / others;
  return { buyerWei, nodesWei: creditWei, protocolWei, stakersWei: fees - protocolWei };
}
