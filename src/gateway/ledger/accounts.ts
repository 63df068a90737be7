/**
 * The ledger's accounts. A positive balance is what the network owes that account. A transaction moves amounts between
 * them and adds up to zero, which the database checks when it commits.
 */
export const accounts = {
  /** What a buyer has paid in beyond what was charged; negative: what the buyer owes. */
  buyer: (buyerId: string) => `buyer:${buyerId}`,
  /** What a node earned and no epoch has given to a payout address. */
  pending: (nodeId: string) => `pending:${nodeId}`,
  /** What epochs have given to a payout address since the beginning; the chain knows what of it was claimed. */
  claimable: (address: string) => `claimable:${address}`,
  /** What buyers' vouchers promise and the chain has not charged; never positive. */
  vouchers: 'vouchers',
  /** Outside: what charges brought to the distributor for nodes since the beginning; never positive. */
  distributor: 'distributor',
  /** The shares of fees; negative: charges on the chain have paid them in advance. */
  protocol: 'protocol',
  stakers: 'stakers',
  /** Passes on what nodes earn by availability; zero between epochs. */
  availability: 'availability',
  /** Outside: rewards for availability beyond what buyers paid; its balance is never positive. */
  emission: 'emission',
} as const;

export interface LedgerEntry {
  readonly account: string;
  /** Never zero; positive is to the account. */
  readonly amountWei: bigint;
}

/** Entries without those that move nothing. @throws Error when they do not add up to zero: a fault of the program. */
export function balanced(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const sum = entries.reduce((total, { amountWei }) => total + amountWei, 0n);
  if (sum !== 0n) throw new Error(`The entries of a transaction add up to ${sum} wei instead of zero.`);
  return entries.filter(({ amountWei }) => amountWei !== 0n);
}
