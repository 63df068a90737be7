import type { RewardProof } from '../../../shared/reward-proof.ts';
import type { WalletEffects, WalletLedger } from '../../../shared/wallet-transactions.ts';
import type { Operation } from '../transactions/operation.ts';

/** What the chain says of an account at one block, in wei of the token. */
export interface ChainBalances {
  readonly block: number;
  readonly claimedWei: bigint;
  readonly walletWei: bigint;
  readonly stakeWei: bigint;
  /** Transactions that the account has sent, by whatever program. */
  readonly transactionCount: number;
}

/** What the gateway says of an account. */
export interface GatewayWord {
  /** undefined: no root names the account. */
  readonly proof: RewardProof | undefined;
  /** Worked for, and in no root yet; null: not said. */
  readonly pendingWei: bigint | null;
}

/**
 * Pure. Earned is pending, waiting, claimable and claimed together, to the wei; what transactions of other programs
 * did is the difference between the chain's figures and the journal's.
 */
export function walletLedger(
  account: string,
  balances: ChainBalances,
  { proof, pendingWei }: GatewayWord,
  operations: readonly Operation[],
): WalletLedger {
  const { block, claimedWei, walletWei, stakeWei } = balances;
  const cumulative = BigInt(proof?.cumulative ?? 0);
  // A proof may be older than the last claim.
  const due = (upTo: bigint) => (upTo > claimedWei ? upTo - claimedWei : 0n);
  const claimableWei = proof?.live === false ? 0n : due(cumulative);
  const waitingWei = due(cumulative + BigInt(proof?.waitingWei ?? 0)) - claimableWei;
  const own = operations.filter((operation) => operation.account === account);
  const effects = own.flatMap((operation) => effectsUpTo(block, operation));
  const sum = (of: 'claimedWei' | 'stakedWei' | 'withdrawnWei') =>
    effects.reduce((total, each) => total + BigInt(each[of]), 0n);
  const stakedHereWei = sum('stakedWei') - sum('withdrawnWei');
  return {
    account,
    block,
    earnedWei: String((pendingWei ?? 0n) + waitingWei + claimableWei + claimedWei),
    pendingWei: pendingWei === null ? null : String(pendingWei),
    waitingWei: String(waitingWei),
    claimableWei: String(claimableWei),
    claimedWei: String(claimedWei),
    claimedHereWei: String(sum('claimedWei')),
    walletWei: String(walletWei),
    stakeWei: String(stakeWei),
    stakedHereWei: String(stakedHereWei),
    stakingRewardsWei: isAllOurs(balances, own, stakedHereWei) ? String(stakeWei - stakedHereWei) : null,
  };
}

/** The journal may know of blocks after the one that the balances are of. */
function effectsUpTo(block: number, { attempts, relay }: Operation): WalletEffects[] {
  const mined = attempts.flatMap((each) =>
    each.mined === null || each.mined.blockNumber > block ? [] : [each.mined.effects],
  );
  const { settled } = relay;
  return settled === null || (settled.blockNumber ?? 0) > block ? mined : [...mined, settled.effects];
}

/**
 * Every transaction that the account has sent is one of the journal's, so that no other program staked or withdrew
 * with its key; or nothing is, or was, staked.
 */
function isAllOurs(
  { block, stakeWei, transactionCount }: ChainBalances,
  own: readonly Operation[],
  stakedHereWei: bigint,
): boolean {
  if (stakeWei === 0n && stakedHereWei === 0n) return true;
  const nonces = new Set(
    own.flatMap(({ attempts }) =>
      attempts.flatMap(({ nonce, mined }) => (mined === null || mined.blockNumber > block ? [] : [nonce])),
    ),
  );
  return nonces.size === transactionCount;
}
