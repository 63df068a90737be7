import type { JobView } from '../../shared/local-api.ts';

/** From acceptance to the start of the run, in ms; null while it waits. */
export function waitedMs(job: JobView): number | null {
  return job.startedAt === null ? null : Math.max(0, Date.parse(job.startedAt) - Date.parse(job.acceptedAt));
}

/** Tokens per second in the model; null where there are no tokens or no time to speak of. */
export function jobTokensPerSecond(job: JobView): number | null {
  return job.runMs === null || job.runMs <= 0 || job.tokens === 0 ? null : (job.tokens / job.runMs) * 1000;
}
