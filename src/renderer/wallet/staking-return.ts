const SCALE = 1_000_000_000;

/** What is needed of a staking contract to say what a stake would bring. */
export interface StakingPace {
  readonly totalStakedWei: string;
  /** As a part of the stake; null: no rewards are being paid. */
  readonly yearlyReturn: number | null;
}

/**
 * What a stake would bring in a year, in wei, if rewards keep coming as now, all others keep their stake, and `added`
 * is staked besides: the whole year's rewards × stake ÷ all stakes. Null: no rewards are being paid.
 */
export function yearlyRewards(stake: bigint, added: bigint, pace: StakingPace): bigint | null {
  if (pace.yearlyReturn === null) return null;
  const total = BigInt(pace.totalStakedWei);
  if (total + added <= 0n) return null;
  const ofAll = (total * BigInt(Math.round(pace.yearlyReturn * SCALE))) / BigInt(SCALE);
  return (ofAll * (stake + added)) / (total + added);
}
