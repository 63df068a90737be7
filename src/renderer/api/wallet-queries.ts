import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Governance } from '../../shared/governance.ts';
import type { PlanRequest } from '../../shared/wallet-transactions.ts';
import { queryKeys } from './query-keys.ts';
import { useReadableApi } from './use-readable-api.ts';

/** The wallet at a glance; events keep it up to date. */
export function useWalletOverview() {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.wallet,
    queryFn: ({ signal }) => api().walletOverview(signal),
    enabled,
  });
}

/** What the wallet did and does, newest first. */
export function useWalletOperations() {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.walletOperations,
    queryFn: ({ signal }) => api().walletOperations(signal),
    enabled,
  });
}

/** @param refreshMs after which a look that is still on the screen is made anew. */
export function useGovernance(refreshMs: (data: Governance | undefined) => number) {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.governance,
    queryFn: ({ signal }) => api().governance(signal),
    refetchInterval: ({ state }) => refreshMs(state.data),
    enabled,
  });
}

/**
 * What an action would do and cost.
 * @param opening of the dialog: each asks anew, for a plan is confirmed at most once.
 */
export function usePlan(request: PlanRequest, opening: string) {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.plan(request, opening),
    queryFn: () => api().planAction(request),
    placeholderData: (before) => before,
    gcTime: 0,
    enabled,
  });
}

export function useConfirmPlan() {
  const { api } = useReadableApi();
  return useWalletMutation(async (confirmationId: string) => api().confirmPlan(confirmationId));
}

export function useCancelOperation() {
  const { api } = useReadableApi();
  return useWalletMutation(async (id: string) => api().cancelOperation(id));
}

export function useSubmitSigned() {
  const { api } = useReadableApi();
  return useWalletMutation(async ({ id, raw }: { id: string; raw: string }) => api().submitSigned(id, raw));
}

export function useSetPayoutAddress() {
  const { api } = useReadableApi();
  return useWalletMutation(async (address: string) => api().setPayoutAddress(address));
}

export function useLockWallet() {
  const { api } = useReadableApi();
  return useWalletMutation(async () => api().lockWallet());
}

/** A change of the wallet, after which all that is shown of it is asked for again. */
export function useWalletMutation<Variables, Answer>(act: (variables: Variables) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () =>
      Promise.all(
        [queryKeys.wallet, queryKeys.walletOperations, queryKeys.governance].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
