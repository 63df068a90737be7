import { WHOLE } from '../ledger/fee-split.ts';

/** As `NetworkParameters` has them. */
export interface RewardWeights {
  /** Basis points of the nodes' share of fees that go by use; the rest goes by availability. */
  readonly usage: number;
  /** Beyond fees, for an hour of a card at the reference capacity. */
  readonly availabilityPerGpuHourWei: bigint;
  /** The most that an epoch pays beyond fees. */
  readonly availabilityPerEpochWei: bigint;
}

/** What a node did in an epoch. */
export interface NodeWork {
  readonly nodeId: string;
  /** The nodes' share of the fees of its jobs. */
  readonly creditWei: bigint;
  /** Time in models, as the node reported it. */
  readonly runMs: number;
  /** Time connected and ready for jobs. */
  readonly readyMs: number;
}

export interface NodeReward extends NodeWork {
  readonly usageWei: bigint;
  readonly availabilityWei: bigint;
  /** Credit per time in models against the median node, in basis points. */
  readonly capacity: number;
}

/** Nobody counts for more than four cards of the reference. */
const HIGHEST_CAPACITY = 4 * Number(WHOLE);
const HOUR_MS = 3_600_000n;

/**
 * The reward of an epoch: by use, each node's own share of its fees; by availability, what is left of all nodes' fees
 * and the emission, in proportion to ready hours × measured capacity × share of the epoch that the node was ready.
 * The reference capacity is the median of the nodes that worked; who did not work has none, so waiting alone earns
 * nothing. Sums are exact: what rounding leaves goes to the node with the most availability.
 */
export function epochRewards(
  work: readonly NodeWork[],
  weights: RewardWeights,
  epochMs: number,
): NodeReward[] {
  const rates = work.map(creditPerSecond);
  const median = medianOf(rates.filter((rate) => rate > 0n));
  const rewards = work.map((node, index) => {
    const rate = rates[index] ?? 0n;
    const capacity = median === 0n ? 0 : Math.min(HIGHEST_CAPACITY, Number((rate * WHOLE) / median));
    const usageWei = (node.creditWei * BigInt(weights.usage)) / WHOLE;
    return { ...node, capacity, usageWei, units: availabilityUnits(node.readyMs, capacity, epochMs) };
  });
  const units = rewards.reduce((sum, node) => sum + node.units, 0n);
  if (units === 0n) {
    return rewards.map(({ units: _, ...node }) => ({
      ...node,
      availabilityWei: node.creditWei - node.usageWei,
    }));
  }
  const emitted = (weights.availabilityPerGpuHourWei * units) / (HOUR_MS * WHOLE * WHOLE);
  const emission = emitted < weights.availabilityPerEpochWei ? emitted : weights.availabilityPerEpochWei;
  const pool = rewards.reduce((sum, node) => sum + node.creditWei - node.usageWei, emission);
  const shares = rewards.map((node) => (pool * node.units) / units);
  const dust = pool - shares.reduce((sum, share) => sum + share, 0n);
  const most = rewards.reduce(
    (best, node, index) => (node.units > (rewards[best]?.units ?? 0n) ? index : best),
    0,
  );
  return rewards.map(({ units: _, ...node }, index) => ({
    ...node,
    availabilityWei: (shares[index] ?? 0n) + (index === most ? dust : 0n),
  }));
}

/** Milliseconds × basis points of capacity × basis points of the epoch. */
function availabilityUnits(readyMs: number, capacity: number, epochMs: number): bigint {
  const ready = BigInt(Math.round(Math.min(readyMs, epochMs)));
  const length = BigInt(Math.max(1, Math.round(epochMs)));
  return ready * BigInt(capacity) * ((ready * WHOLE) / length);
}

function creditPerSecond({ creditWei, runMs }: NodeWork): bigint {
  return (creditWei * 1_000_000n) / BigInt(Math.max(1, Math.round(runMs * 1000)));
}

function medianOf(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
}
