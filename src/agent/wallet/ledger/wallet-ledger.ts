import type { RewardProof } from '../../../shared/reward-proof.ts';
import type { WalletLedger } from '../../../shared/wallet-transactions.ts';
import type { Operation } from '../transactions/operation.ts';

/** What the chain says of an account at one block, in wei of the token. */
export interface ChainBalances {
  readonly block: number;
  readonly claimedWei: bigint;
  readonly walletWei: bigint;
  readonly stakeWei: bigint;
}

/**
 * Pure. Earned is waiting, claimable and claimed together, to the wei; what transactions of other programs did is the
 * difference between the chain's figures and the journal's.
 */
export function walletLedger(
  account: string,
  balances: ChainBalances,
  proof: RewardProof | undefined,
  operations: readonly Operation[],
): WalletLedger {
  const { block, claimedWei, walletWei, stakeWei } = balances;
  const cumulative = BigInt(proof?.cumulative ?? 0);
  // A proof may be older than the last claim.
  const dueWei = cumulative > claimedWei ? cumulative - claimedWei : 0n;
  const isWaiting = proof?.live === false;
  const effects = operations
    .filter((operation) => operation.account === account)
    .flatMap(({ attempts }) => attempts.flatMap(({ mined }) => (mined === null ? [] : [mined.effects])));
  const sum = (of: 'claimedWei' | 'stakedWei' | 'withdrawnWei') =>
    effects.reduce((total, each) => total + BigInt(each[of]), 0n);
  return {
    account,
    block,
    earnedWei: String(claimedWei + dueWei),
    pendingWei: null,
    waitingWei: String(isWaiting ? dueWei : 0n),
    claimableWei: String(isWaiting ? 0n : dueWei),
    claimedWei: String(claimedWei),
    claimedHereWei: String(sum('claimedWei')),
    walletWei: String(walletWei),
    stakeWei: String(stakeWei),
    stakedHereWei: String(sum('stakedWei') - sum('withdrawnWei')),
    stakingRewardsWei: null,
  };
}
