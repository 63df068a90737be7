import type { OperationView } from '../../shared/wallet-transactions.ts';

/** An operation's state as the user sees it: what it waits for is told apart. */
export type OperationPhase =
  | 'waiting'
  | 'signature'
  | 'relaying'
  | 'sent'
  | 'mined'
  | 'done'
  | 'failed'
  | 'cancelled';

export function operationPhase({ state, unsigned, relayed }: OperationView): OperationPhase {
  if (state !== 'waiting') return state;
  if (unsigned !== null) return 'signature';
  return relayed ? 'relaying' : 'waiting';
}

/** It is not in a block yet, and nothing was sent yet to take its place. */
export function isCancellable({ state, transactions }: OperationView): boolean {
  if (state !== 'waiting' && state !== 'sent') return false;
  return transactions.every(({ purpose, block }) => purpose === 'call' || block !== null);
}

export function isUnderWay({ state }: OperationView): boolean {
  return state === 'waiting' || state === 'sent' || state === 'mined';
}
