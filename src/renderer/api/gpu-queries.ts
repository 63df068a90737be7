import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useGpuRecorder } from './agent-context.tsx';
import { queryKeys } from './query-keys.ts';
import { useReadableApi } from './use-readable-api.ts';

const ENERGY_DAYS = 14;
/** Jobs earn and cards draw all the time, but a table of days need not show it at once. */
const ENERGY_REFRESH_MS = 60_000;

/** The cards as they are now; events bring each reading. */
export function useGpus() {
  const { api, enabled } = useReadableApi();
  const recorder = useGpuRecorder();
  return useQuery({
    queryKey: queryKeys.gpus,
    queryFn: async ({ signal }) => {
      const page = await api().gpus(signal);
      recorder.record(page.gpus.flatMap(({ sample }) => (sample === null ? [] : [sample])));
      return page;
    },
    enabled,
  });
}

/**
 * Brings a card's last hour into the recorder, once for each connection; events append to it. Its data is the
 * number of readings, since the readings themselves are the recorder's.
 */
export function useGpuHistory(uuid: string) {
  const { api, enabled } = useReadableApi();
  const recorder = useGpuRecorder();
  return useQuery({
    queryKey: queryKeys.gpuHistory(uuid),
    queryFn: async ({ signal }) => {
      const history = await api().gpuHistory(uuid, signal);
      recorder.seed(history);
      return history.atMs.length;
    },
    enabled,
  });
}

/** Energy and earnings by day, newest first. */
export function useEnergy() {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.energy,
    queryFn: ({ signal }) => api().energy(ENERGY_DAYS, signal),
    refetchInterval: ENERGY_REFRESH_MS,
    enabled,
  });
}

export function useInstallGpuHelper() {
  const { api } = useReadableApi();
  return useHelperMutation(async () => api().installGpuHelper());
}

export function useRemoveGpuHelper() {
  const { api } = useReadableApi();
  return useHelperMutation(async () => api().removeGpuHelper());
}

function useHelperMutation<Page>(act: () => Promise<Page>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (page) => queries.setQueryData(queryKeys.gpus, page),
    onError: () => queries.invalidateQueries({ queryKey: queryKeys.gpus }),
  });
}
