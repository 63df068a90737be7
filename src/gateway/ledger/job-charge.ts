import { accounts, balanced, type LedgerEntry } from './accounts.ts';
import { type FeeSplit, priceOf } from './fee-split.ts';

/** The entries that charge a buyer for a result. Empty when it costs nothing. */
export function jobCharge(
  job: { readonly buyerId: string; readonly nodeId: string; readonly creditWei: bigint },
  split: FeeSplit,
): LedgerEntry[] {
  const price = priceOf(job.creditWei, split);
  return balanced([
    { account: accounts.buyer(job.buyerId), amountWei: -price.buyerWei },
    { account: accounts.pending(job.nodeId), amountWei: price.nodesWei },
    { account: accounts.protocol, amountWei: price.protocolWei },
    { account: accounts.stakers, amountWei: price.stakersWei },
  ]);
}
