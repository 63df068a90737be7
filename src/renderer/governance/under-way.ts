import type { OperationView, WalletAction } from '../../shared/wallet-transactions.ts';

const OPEN: readonly OperationView['state'][] = ['waiting', 'sent', 'mined'];

/** Whether the wallet is doing this to the proposal just now, so that it is not offered twice. */
export function isUnderWay(
  operations: readonly OperationView[],
  proposalId: string,
  kind: Extract<WalletAction, { readonly proposalId: string }>['kind'],
): boolean {
  return operations.some(
    ({ action, state }) => OPEN.includes(state) && action.kind === kind && action.proposalId === proposalId,
  );
}
