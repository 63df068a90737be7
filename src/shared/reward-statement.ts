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
  /** Asks which epochs after this one have a reward of the node; 0: all. */
  since: z.coerce.number().int().nonnegative().optional(),
});

export type StatementQuery = z.infer<typeof statementQuerySchema>;

/** Epochs of one answer; the next ones come `since` the last of them. */
export const STATEMENT_EPOCHS_LIMIT = 1_000;

export const rewardStatementSchema = z.object({
  /** Null: what no epoch has yet. */
  epoch: z.int().positive().nullable(),
  /** Null until the epoch is frozen. */
  reward: z
    .object({
      /** The sum of the credits of all its jobs. */
      creditWei: weiSchema,
      usageWei: weiSchema,
      /** Basis points of the credits that go by use; absent or null: the gateway did not write it down then. */
      usageWeight: z.int().min(0).max(10_000).nullish(),
      availabilityWei: weiSchema,
      readyMs: z.number().nonnegative(),
      /** Credit per time in models against the median node's, in basis points. */
      capacity: z.int().nonnegative(),
      /** Null while the node has no payout address. */
      payoutAddress: z.string().nullable(),
      /** The epoch whose root paid it to that address first. */
      settledEpoch: z.int().positive().nullable(),
      /** The time that the epoch pays for, by the gateway's clock. */
      startedAt: z.iso.datetime().optional(),
      cutAt: z.iso.datetime().optional(),
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
  /** Frozen, with a reward of the node, oldest first; where it was asked for. */
  epochs: z.array(z.int().positive()).max(STATEMENT_EPOCHS_LIMIT).optional(),
});
export type RewardStatement = z.infer<typeof rewardStatementSchema>;
