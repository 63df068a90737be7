import { useNow } from '../components/use-now.ts';
import { remainingMs } from '../format/duration.ts';

/** @returns milliseconds until the next password may be tried, each second anew; 0: now. */
export function useRetryWaitMs(retryAt: string | null): number {
  const now = useNow(retryAt !== null);
  return retryAt === null ? 0 : remainingMs(retryAt, now);
}
