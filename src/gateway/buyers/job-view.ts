import { z } from 'zod';
import { errorBodySchema } from '../../shared/error-codes.ts';
import { taskKindSchema } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { LiveJob } from '../dispatch/live-job.ts';
import type { JobRow } from '../store/database-schema.ts';
import { jobResult } from './job-result.ts';
import { openAIUsage, openAIUsageSchema } from './openai-usage.ts';

/** `GET /v1/jobs/{id}`. */
export const jobViewSchema = z.object({
  id: z.string(),
  object: z.literal('job'),
  kind: taskKindSchema,
  model: z.string(),
  state: z.enum(['queued', 'offered', 'running', 'finished', 'failed', 'cancelled']),
  created: z.int(),
  finished: z.int().nullable(),
  /** Offers made so far. */
  attempts: z.int(),
  usage: openAIUsageSchema.nullable(),
  /** What the call that made the job answers; null until the job is finished. */
  result: z.unknown(),
  error: errorBodySchema.shape.error.nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

export async function jobView(row: JobRow, handle: JobHandle): Promise<JobView> {
  const facts = {
    id: row.id,
    object: 'job' as const,
    kind: row.kind,
    model: row.model_id,
    created: seconds(row.created_at),
    finished: row.finished_at === null ? null : seconds(row.finished_at),
  };
  if (row.finished_at === null) {
    // The job in memory is ahead of its row.
    const { state, attempt } = handle instanceof LiveJob ? handle.snapshot() : row;
    return { ...facts, state, attempts: attempt, usage: null, result: null, error: null };
  }
  const outcome = await handle.outcome;
  const attempts = row.attempt;
  if (outcome.state !== 'finished') {
    const { error } = outcome.error.toBody();
    return { ...facts, state: outcome.state, attempts, usage: null, result: null, error };
  }
  const { output } = outcome;
  return {
    ...facts,
    state: 'finished',
    attempts,
    usage: openAIUsage(output),
    result: jobResult(handle, output),
    error: null,
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
