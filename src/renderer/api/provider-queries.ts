import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LibraryView, ProvidersPage } from '../../shared/providers-page.ts';
import { useApi } from './agent-context.tsx';
import { queryKeys } from './query-keys.ts';
import { useReadableApi } from './use-readable-api.ts';

const LOOK_EVERY_MS = 1000;

/** Looks again and again only while something is being fetched. */
export function useProviders() {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.providers,
    queryFn: ({ signal }) => api().providers(signal),
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? LOOK_EVERY_MS : false),
    enabled,
  });
}

/** What is done to a library. */
export type LibraryAction = 'download' | 'cancel' | 'remove';

export function useLibraryAction() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ action, library }: { action: LibraryAction; library: LibraryView }) => {
      switch (action) {
        case 'download':
          return api().downloadLibrary(library);
        case 'cancel':
          return api().cancelLibrary(library.id);
        case 'remove':
          return api().removeLibrary(library.id);
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.providers }),
  });
}

function isUnderWay(page: ProvidersPage | undefined): boolean {
  return page?.providers.some(({ library }) => isBeingFetched(library)) ?? false;
}

export function isBeingFetched(library: LibraryView | null): boolean {
  return library?.state === 'downloading' || library?.state === 'verifying';
}
