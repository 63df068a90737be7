import type { Status } from '../shared/local-api.ts';
import type { ConnectionState } from './api/connection.ts';

/** What a screen reader is told about: the page's state without what changes with every job. */
export type Announced =
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'offline' };

export function announced(
  status: Status | undefined,
  phase: ConnectionState['phase'],
): Announced | undefined {
  if (phase === 'offline') return { kind: 'offline' };
  if (status === undefined) return undefined;
  if (status.state !== 'paused') return { kind: 'running' };
  return { kind: 'paused', reason: status.reasons[0]?.message ?? '' };
}
