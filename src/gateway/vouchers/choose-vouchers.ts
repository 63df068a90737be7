import type { SignedVoucher } from './escrow-contract.ts';

export interface ChargeTerms {
  /** A voucher waits no longer. */
  readonly everyMs: number;
  /** When so much waits it is charged at once, in wei; undefined: the amount does not matter. */
  readonly aboveWei: bigint | undefined;
}

export interface WaitingVoucher extends SignedVoucher {
  /** In wei, as far as the database knows. */
  readonly chargedWei: bigint;
  readonly waitingSince: Date;
}

/** A voucher with what the chain says of it now. */
export interface ChargeableVoucher extends WaitingVoucher {
  readonly chargedOnChainWei: bigint;
  readonly depositWei: bigint;
}

/** A voucher takes some 70,000 gas, and BNB Smart Chain takes no transaction above 16.7 million. */
const MOST_AT_ONCE = 100;

/** Whether some voucher has waited long enough, or enough waits. */
export function isChargeDue(waiting: readonly WaitingVoucher[], terms: ChargeTerms, now: Date): boolean {
  const sumWei = waiting.reduce((sum, { cumulativeWei, chargedWei }) => sum + cumulativeWei - chargedWei, 0n);
  if (sumWei > 0n && terms.aboveWei !== undefined && sumWei >= terms.aboveWei) return true;
  return waiting.some(({ waitingSince }) => now.getTime() - waitingSince.getTime() >= terms.everyMs);
}

/** Which vouchers one transaction charges, the largest amounts first, and which their deposit does not cover. */
export function chooseVouchers(vouchers: readonly ChargeableVoucher[]): {
  readonly charge: readonly ChargeableVoucher[];
  readonly uncovered: readonly ChargeableVoucher[];
} {
  const amountOf = (voucher: ChargeableVoucher) => voucher.cumulativeWei - voucher.chargedOnChainWei;
  const open = vouchers.filter((voucher) => amountOf(voucher) > 0n);
  const covered = open.filter((voucher) => amountOf(voucher) <= voucher.depositWei);
  const descending = covered.toSorted((left, right) => Number(amountOf(right) - amountOf(left)));
  return {
    charge: descending.slice(0, MOST_AT_ONCE),
    uncovered: open.filter((voucher) => amountOf(voucher) > voucher.depositWei),
  };
}
