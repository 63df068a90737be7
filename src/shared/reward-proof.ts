import { z } from 'zod';
import { weiSchema } from './wei.ts';

const bytes32Schema = z.string().regex(/^0x[0-9a-f]{64}$/);

/** `GET /v1/rewards/{address}` of a gateway: what `RewardsDistributor.claim` takes. */
export const rewardProofSchema = z.object({
  epoch: z.int().positive(),
  /** All that the address earned since the beginning, claimed or not, in wei of the token. */
  cumulative: weiSchema,
  /** From the leaf (address, cumulative) up; OpenZeppelin's standard tree. */
  proof: z.array(bytes32Schema).max(64),
  root: bytes32Schema,
  /** The chain pays by this root; false while it waits out the dispute window. */
  live: z.boolean(),
});
export type RewardProof = z.infer<typeof rewardProofSchema>;
