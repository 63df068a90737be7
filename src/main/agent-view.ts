import type { Status } from '../shared/local-api.ts';

/** The agent as the shell sees it. */
export type AgentView =
  | { readonly kind: 'starting' }
  /** `message` says why, and what to do. */
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'connected'; readonly status: Status };
