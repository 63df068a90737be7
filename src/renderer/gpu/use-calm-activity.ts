import { useCalmState } from '../home/use-calm-status.ts';
import type { GpuActivity } from './gpu-activity.ts';

/** What the card does, without the flicker of short jobs: work goes on for two seconds after the last one. */
export function useCalmActivity(activity: GpuActivity, dutyCycle: number): GpuActivity {
  const isWorking = activity === 'working' || activity === 'paced';
  const calm = useCalmState(isWorking ? 'working' : activity === 'ready' ? 'ready' : 'paused');
  if (calm !== 'working' || isWorking) return activity;
  return dutyCycle < 1 ? 'paced' : 'working';
}
