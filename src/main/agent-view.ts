import type { Status } from '../shared/local-api.ts';
import type { WalletOverview } from '../shared/wallet-overview.ts';

/** The agent as the shell sees it. */
export type AgentView =
  | { readonly kind: 'starting' }
  /** `message` says why, and what to do. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** `wallet`: not told yet, at first. */
  | { readonly kind: 'connected'; readonly status: Status; readonly wallet?: WalletOverview | undefined };
