import { OVERVIEW_OPERATIONS } from '../../../shared/wallet-overview.ts';
import type { OperationView } from '../../../shared/wallet-transactions.ts';

/** Pure. Whether an operation may still do something. */
export function isUnderWay({ state }: Pick<OperationView, 'state'>): boolean {
  return state === 'waiting' || state === 'sent' || state === 'mined';
}

/** Pure. Of operations, newest first, those that an overview shows: what is under way goes before what has ended. */
export function overviewOperations(operations: readonly OperationView[]): OperationView[] {
  const underWay = operations.filter(isUnderWay).slice(0, OVERVIEW_OPERATIONS);
  const ended = operations
    .filter((each) => !isUnderWay(each))
    .slice(0, OVERVIEW_OPERATIONS - underWay.length);
  const shown = new Set([...underWay, ...ended]);
  return operations.filter((each) => shown.has(each));
}
