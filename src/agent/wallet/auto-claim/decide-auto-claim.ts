import type { Settings } from '../../../shared/settings.ts';
import type { WalletOverview } from '../../../shared/wallet-overview.ts';
import type { OperationView, PlanFee } from '../../../shared/wallet-transactions.ts';
import { unitsOf } from '../actions/amounts.ts';
import { aboveCeiling } from '../actions/claim-worth.ts';
import { isUnderWay } from '../overview/overview-operations.ts';

const MINUTE_MS = 60_000;
/** However much is earned and however it ended: what goes wrong must not go wrong all the time. */
const LEAST_INTERVAL_MS = 10 * MINUTE_MS;
const LONGEST_WAIT_MS = 24 * 60 * MINUTE_MS;
const PERCENT_DECIMALS = 9;

export interface AutoClaimSituation {
  readonly overview: WalletOverview;
  readonly wallet: Settings['wallet'];
  readonly now: Date;
  /** After a claim that could not even be planned. */
  readonly heldUntil: Date | null;
}

export type AutoClaimDecision =
  | { readonly claim: true; readonly kind: 'claim' | 'claim-and-stake'; readonly relayed: boolean }
  | { readonly claim: false; readonly why: string };

/**
 * Pure. Whether to claim now without a click: more is claimable than the user's limit, the chain and the gateway were
 * seen without a problem, nothing else is under way, the last claim is long enough ago, and it costs what the user
 * allows, or nothing.
 */
export function decideAutoClaim({ overview, wallet, now, heldUntil }: AutoClaimSituation): AutoClaimDecision {
  const wait = (why: string): AutoClaimDecision => ({ claim: false, why });
  const kind = wallet.autoClaim;
  if (kind === 'off') return wait('it is switched off');
  const { chain, token, problem, operations } = overview;
  if (chain === null || token === null) return wait('the account was not seen yet');
  if (problem !== null) return wait('what was seen is old');
  if (heldUntil !== null && now < heldUntil) return wait('it failed a while ago');
  if (operations.some(isUnderWay)) return wait('something is under way');
  const again = mayClaimAgainAt(operations);
  if (again !== null && now < again) return wait('the last claim was a while ago');
  const claimableWei = BigInt(chain.ledger.claimableWei);
  const limit = Math.max(wallet.autoClaimAbove, wallet.minimumClaim);
  if (claimableWei === 0n || claimableWei < unitsOf(limit, token.decimals)) return wait('it is too little');
  const { fee, relayed } = chain.claim;
  const isUnlocked = overview.wallet.state === 'unlocked';
  // To stake for an account needs its signature; to claim for it does not.
  if (!isUnlocked && !(relayed && kind === 'claim')) return wait('the wallet is not unlocked');
  if (relayed) return { claim: true, kind, relayed: true };
  if (fee === null) return wait('the fee is not known');
  const doubt = whyTooDear(fee, claimableWei, wallet);
  if (doubt !== null) return wait(doubt);
  if (BigInt(chain.nativeWei) < BigInt(fee.nativeWei)) return wait('the account cannot pay the fee');
  return { claim: true, kind, relayed: false };
}

/** Pure. Why a fee is more than the user lets an automatic claim cost; null: it is not. */
export function whyTooDear(
  fee: PlanFee,
  claimableWei: bigint,
  wallet: Pick<Settings['wallet'], 'autoClaimFeePercent' | 'gasPriceCeilingGwei'>,
): string | null {
  if (aboveCeiling(fee, wallet) !== null) return 'gas is dearer than the ceiling';
  if (fee.gataWei === null) return 'without prices the fee cannot be compared';
  const percent = unitsOf(wallet.autoClaimFeePercent, PERCENT_DECIMALS);
  const isSmall = BigInt(fee.gataWei) * unitsOf(100, PERCENT_DECIMALS) <= percent * claimableWei;
  return isSmall ? null : 'the fee is too large a part of it';
}

/**
 * When the last claim is long enough ago; each failure in a row quadruples the wait, up to a day. What the user
 * cancelled is not begun again for a day.
 * @param operations newest first.
 */
function mayClaimAgainAt(operations: readonly OperationView[]): Date | null {
  const claims = operations.filter(({ action: { kind } }) => kind === 'claim' || kind === 'claim-and-stake');
  const [last] = claims;
  if (last === undefined) return null;
  const succeeded = claims.findIndex(({ state }) => state !== 'failed');
  const failures = succeeded === -1 ? claims.length : succeeded;
  const waitMs =
    last.state === 'cancelled'
      ? LONGEST_WAIT_MS
      : Math.min(LONGEST_WAIT_MS, LEAST_INTERVAL_MS * 4 ** Math.min(failures, 10));
  return new Date(Date.parse(last.at) + waitMs);
}
