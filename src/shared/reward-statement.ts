import { z } from 'zod';
import { jobIdSchema } from './job-protocol.ts';
import { taskKindSchema } from './task.ts';
import { weiSchema } from './wei.ts';

/** Jobs of one answer; the next page starts after the last of them. */
export const STATEMENT_JOBS_LIMIT = 1_000;

/** `GET /v1/nodes/me/statement`: by `epoch`, or of what no epoch has yet. */
export const statementQuerySchema = z.object({
  epoch: z.coerce.number().int().positive().optional(),
  /** The job id that the page before ended with. */
  after: jobIdSchema.optional(),
});

export const rewardStatementSchema = z.object({
  /** Null: what no epoch has yet. */
  epoch: z.int().positive().nullable(),
  /** Null until the epoch is frozen. */
  reward: z
    .object({
      /** The sum of the credits of all its jobs. */
      creditWei: weiSchema,
      usageWei: weiSchema,
      availabilityWei: weiSchema,
      readyMs: z.number().nonnegative(),
      /** Credit per time in models against the median node's, in basis points. */
      capacity: z.int().nonnegative(),
      /** Null while the node has no payout address. */
      payoutAddress: z.string().nullable(),
      /** The epoch whose root paid it to that address first. */
      settledEpoch: z.int().positive().nullable(),
    })
    .nullable(),
  jobs: z.array(
    z.object({
      jobId: jobIdSchema,
      kind: taskKindSchema,
      finishedAt: z.iso.datetime(),
      creditWei: weiSchema,
    }),
  ),
  /** There are more jobs after these. */
  more: z.boolean(),
});
export type RewardStatement = z.infer<typeof rewardStatementSchema>;
