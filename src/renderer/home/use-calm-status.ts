import { useEffect, useState } from 'react';
import type { JobView, Status } from '../../shared/local-api.ts';

const SETTLE_MS = 2000;

/**
 * The status without the flicker of short jobs: `working` stays for two seconds after the last job's end, so
 * that a stream of small jobs reads as steady work. Everything else shows at once.
 */
export function useCalmState<State extends Status['state'] | undefined>(state: State): State | 'working' {
  const [shown, setShown] = useState<Status['state'] | undefined>(state);
  const settling = shown === 'working' && state === 'ready';
  if (shown !== state && !settling) setShown(state);
  useEffect(() => {
    if (!settling) return;
    const timer = setTimeout(() => setShown('ready'), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [settling]);
  return settling ? 'working' : state;
}

/** The job that runs, else the last one seen, so that its card does not blink between jobs. */
export function useLatestJob(status: Status, newest: JobView | undefined): JobView | undefined {
  const running = status.currentJobs.find((job) => job.state === 'running') ?? status.currentJobs[0];
  const [seen, setSeen] = useState(running);
  if (running !== undefined && running !== seen) setSeen(running);
  if (running !== undefined) return running;
  return newest ?? seen;
}
