import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { JobsPage, JobView, PauseRequest } from '../../shared/local-api.ts';
import { useApi } from './agent-context.tsx';
import type { JobsFilter } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { useReadableApi } from './use-readable-api.ts';

const JOBS_PAGE_SIZE = 100;

/** The hooks that read; events keep what they return up to date. */
export function useStatus() {
  const { api, enabled } = useReadableApi();
  return useQuery({ queryKey: queryKeys.status, queryFn: ({ signal }) => api().status(signal), enabled });
}

export function useSettings() {
  const { api, enabled } = useReadableApi();
  return useQuery({ queryKey: queryKeys.settings, queryFn: ({ signal }) => api().settings(signal), enabled });
}

export function useModels() {
  const { api, enabled } = useReadableApi();
  return useQuery({ queryKey: queryKeys.models, queryFn: ({ signal }) => api().models(signal), enabled });
}

export function useJobs(filter: JobsFilter) {
  const { api, enabled } = useReadableApi();
  return useInfiniteQuery({
    queryKey: queryKeys.jobs(filter),
    queryFn: ({ signal, pageParam }) =>
      api().jobs(filter, { before: pageParam, limit: JOBS_PAGE_SIZE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: JobsPage) => (page.more ? page.jobs.at(-1)?.id : undefined),
    enabled,
  });
}

export function useJob(id: string) {
  const { api, enabled } = useReadableApi();
  const queries = useQueryClient();
  return useQuery<JobView>({
    queryKey: queryKeys.job(id),
    queryFn: ({ signal }) => api().job(id, signal),
    // What the list shows, shown at once.
    placeholderData: () => findListedJob(queries.getQueriesData({ queryKey: queryKeys.allJobs }), id),
    enabled,
  });
}

/** The hooks that act; each refreshes what it changed, for agents that answer before they tell everyone. */
export function usePause() {
  const api = useApi();
  return useStatusMutation((request: PauseRequest) => api().pause(request));
}

export function useResume() {
  const api = useApi();
  return useStatusMutation(() => api().resume());
}

export function useDismissNotice() {
  const api = useApi();
  return useStatusMutation((id: string) => api().dismissNotice(id));
}

export function useRetryModel() {
  const api = useApi();
  return useStatusMutation((digest: string) => api().retryModel(digest));
}

export function useAddModel() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (source: string) => api().addModel(source),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.models }),
  });
}

/** Allows a model that the user added, or takes that back. */
export function usePermitModel() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (choice: { digest: string; isAllowed: boolean }) => api().permitModel(choice),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.models }),
  });
}

export function useRemoveModel() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (digest: string) => api().removeModel(digest),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.models }),
  });
}

function useStatusMutation<Variables>(act: (variables: Variables) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (variables: Variables) => act(variables),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.status }),
  });
}

function findListedJob(
  lists: readonly (readonly [unknown, InfiniteData<JobsPage> | undefined])[],
  id: string,
): JobView | undefined {
  return lists
    .flatMap(([, data]) => data?.pages.flatMap((page) => page.jobs) ?? [])
    .find((job) => job.id === id);
}
