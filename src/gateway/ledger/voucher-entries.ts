import { accounts, balanced, type LedgerEntry } from './accounts.ts';

/** How a charge on the chain was split, in wei of the token. */
export interface ChargeSplit {
  readonly toNodesWei: bigint;
  readonly toProtocolWei: bigint;
  readonly toStakersWei: bigint;
}

/** A buyer's voucher is worth so much more than the one before. */
export function voucherCredit(buyerId: string, amountWei: bigint): LedgerEntry[] {
  return balanced([
    { account: accounts.buyer(buyerId), amountWei },
    { account: accounts.vouchers, amountWei: -amountWei },
  ]);
}

/**
 * So much of the vouchers was charged on the chain, of a charge that was split like that. What rounding leaves is the
 * nodes', as in the contract.
 */
export function chargeEntries(amountWei: bigint, split: ChargeSplit): LedgerEntry[] {
  const whole = split.toNodesWei + split.toProtocolWei + split.toStakersWei;
  const protocolWei = (amountWei * split.toProtocolWei) / whole;
  const stakersWei = (amountWei * split.toStakersWei) / whole;
  return balanced([
    { account: accounts.vouchers, amountWei },
    { account: accounts.distributor, amountWei: protocolWei + stakersWei - amountWei },
    { account: accounts.protocol, amountWei: -protocolWei },
    { account: accounts.stakers, amountWei: -stakersWei },
  ]);
}
