/** Votes are shares of the staking contract, which have six digits more than the token. */
const VOTE_UNITS = 10n ** 6n;

/** The contracts' votes in wei of the token, cut off. */
export function votesInWei(votes: bigint): string {
  return String(votes / VOTE_UNITS);
}
