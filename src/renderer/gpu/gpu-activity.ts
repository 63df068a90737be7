import type { GpuView, Status } from '../../shared/local-api.ts';

/** What a card does now, as far as the page can tell. */
export type GpuActivity = 'forbidden' | 'stopped' | 'resting' | 'working' | 'paced' | 'ready';

/**
 * @param cards how many there are: with several, a job's card is not known, so that only one that is busy counts
 *   as working
 */
export function gpuActivity(view: GpuView, status: Status | undefined, cards: number): GpuActivity {
  if (!view.preferences.enabled) return 'forbidden';
  if (!view.mayRun) return 'stopped';
  if (status?.state === 'paused') return 'resting';
  const hasJob =
    status?.currentJobs.some((job) => job.state === 'running' && job.provider !== 'cpu') ?? false;
  const isBusy = cards === 1 || (view.sample?.utilisationPercent ?? 0) > 0;
  if (!hasJob || !isBusy) return 'ready';
  return view.dutyCycle < 1 ? 'paced' : 'working';
}
