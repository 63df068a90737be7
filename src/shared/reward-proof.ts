import { z } from 'zod';
import { weiSchema } from './wei.ts';

const bytes32Schema = z.string().regex(/^0x[0-9a-f]{64}$/);

/**
 * What the gateway answers to `GET /v1/rewards/{address}`: an account's leaf in the newest root on the chain, with
 * which anyone may claim for it. Answers 404 when no root names the account.
 */
export const rewardProofSchema = z.object({
  epoch: z.int().positive(),
  /** All that the account earned up to the epoch's end, in wei of the token. */
  cumulative: weiSchema,
  /** Siblings from the leaf up, as `RewardsDistributor.claim` takes them. */
  proof: z.array(bytes32Schema).max(64),
  root: bytes32Schema,
  /** False while the root waits out the dispute window: it does not pay yet. Absent: it pays. */
  live: z.boolean().optional(),
  /**
   * What a newer root, which waits out its dispute window, adds to `cumulative`, in wei of the token. Absent: no newer
   * root waits.
   */
  waitingWei: weiSchema.optional(),
});
export type RewardProof = z.infer<typeof rewardProofSchema>;
