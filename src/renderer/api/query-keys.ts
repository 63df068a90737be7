import type { PlanRequest } from '../../shared/wallet-transactions.ts';
import type { JobsFilter } from './api-client.ts';

/** Of every card's past, which the recorder keeps up to date. */
export const GPU_HISTORY_KEY = 'gpu-history';

export const queryKeys = {
  status: ['status'] as const,
  settings: ['settings'] as const,
  models: ['models'] as const,
  providers: ['providers'] as const,
  games: ['games'] as const,
  allJobs: ['jobs'] as const,
  jobs: (filter: JobsFilter) => ['jobs', filter] as const,
  gpus: ['gpus'] as const,
  gpuHistory: (uuid: string) => [GPU_HISTORY_KEY, uuid] as const,
  energy: ['energy'] as const,
  wallet: ['wallet'] as const,
  walletOperations: ['wallet-operations'] as const,
  plan: (request: PlanRequest, opening: string) => ['plan', opening, request] as const,
  governance: ['governance'] as const,
  job: (id: string) => ['job', id] as const,
};
