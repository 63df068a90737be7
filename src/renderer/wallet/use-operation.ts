import type { OperationView } from '../../shared/wallet-transactions.ts';
import { useWalletOperations, useWalletOverview } from '../api/wallet-queries.ts';

/** An operation as it is now; as it was given, where nothing newer is known. */
export function useOperation(given: OperationView): OperationView {
  const newest = useWalletOverview().data?.operations ?? [];
  const all = useWalletOperations().data?.operations ?? [];
  return [...newest, ...all].find(({ id }) => id === given.id) ?? given;
}
