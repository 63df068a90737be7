/** What the staking contract still holds for stakers at one block, in wei of the token. */
export interface HeldRewards {
  /** Seconds since 1970, of the block. */
  readonly timestamp: number;
  /** Being paid out, second by second. */
  readonly inStream: bigint;
  /** For later. */
  readonly inReserve: bigint;
}

const YEAR_SECONDS = 365n * 86_400n;
/** Enough for a ratio that is shown with two or three digits. */
const PRECISION = 1_000_000_000_000n;

/** Rewards per time, as a fraction so that nothing is rounded. */
export interface RewardPace {
  readonly wei: bigint;
  readonly seconds: bigint;
}

/**
 * Pure. How fast rewards are paid out, from what the stream lost between two blocks: the contract pays it out evenly.
 * null: nothing is paid out, or a reward came in between, so that it cannot be told from these blocks.
 */
export function rewardPace(before: HeldRewards, now: HeldRewards): RewardPace | null {
  const seconds = BigInt(now.timestamp - before.timestamp);
  const wei = before.inStream - now.inStream;
  return seconds <= 0n || wei <= 0n ? null : { wei, seconds };
}

/** Pure. What a year at this pace is of all that is staked; null without pace or stake. */
export function yearlyReturn(pace: RewardPace | null, totalStakedWei: bigint): number | null {
  if (pace === null || totalStakedWei === 0n) return null;
  const { wei, seconds } = pace;
  return Number((wei * YEAR_SECONDS * PRECISION) / (seconds * totalStakedWei)) / Number(PRECISION);
}

/** Pure. How long what the contract holds lasts at this pace, in whole seconds; null without pace. */
export function rewardsLastSeconds(pace: RewardPace | null, held: HeldRewards): number | null {
  if (pace === null) return null;
  const seconds = ((held.inStream + held.inReserve) * pace.seconds) / pace.wei;
  return seconds > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(seconds);
}
