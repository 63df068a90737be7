import type { WalletOverview } from '../../../shared/wallet-overview.ts';

/** What the gateway's statements say, compared with the node's own receipts. */
export interface StatementSource {
  readonly view: WalletOverview['statements'];
  /** Worked for, and in no root yet, in wei of the token; null: not known. */
  readonly pendingWei: bigint | null;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}
