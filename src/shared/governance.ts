import { z } from 'zod';
import { chainAddressSchema } from './network-profile.ts';
import { weiSchema } from './wei.ts';

/** The governor's states, in the order of OpenZeppelin's `IGovernor.ProposalState`. */
export const PROPOSAL_STATES = [
  'pending',
  'active',
  'cancelled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
] as const;
const proposalStateSchema = z.enum(PROPOSAL_STATES);
export type ProposalState = z.infer<typeof proposalStateSchema>;

export const PROPOSALS_LIMIT = 50;
export const MODEL_TYPES_LIMIT = 256;

/** Ten-thousandths, as the contracts have parts of a whole. */
const basisPointsSchema = z.int().min(0).max(10_000);

/** What the work of a model type counts for, in ten-thousandths: at most five times, as `ModelRegistry` allows. */
export const MOST_REWARD_WEIGHT = 50_000;
const rewardWeightSchema = z.int().min(0).max(MOST_REWARD_WEIGHT);

/** `NetworkParameters` refuses a smaller share. */
export const LEAST_FOR_NODES = 5_000;

/** Of a description, as `GataGovernor` keeps it. */
export const LONGEST_DESCRIPTION_BYTES = 4_096;

/** What the token's stakers decide on, beyond upgrades. */
const networkParametersSchema = z.object({
  feeSplit: z.object({ nodes: basisPointsSchema, protocol: basisPointsSchema, stakers: basisPointsSchema }),
  rewardWeights: z.object({
    /** The part of rewards that goes by use; the rest goes by availability. */
    usage: basisPointsSchema,
    availabilityPerGpuHourWei: weiSchema,
    availabilityPerEpochWei: weiSchema,
  }),
  modelTypes: z
    .array(z.object({ kind: z.string(), admitted: z.boolean(), rewardWeight: rewardWeightSchema }))
    .max(MODEL_TYPES_LIMIT),
});
export type NetworkParameters = z.infer<typeof networkParametersSchema>;

/** A change that a user can propose without writing calls. */
export const networkChangeSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('fee-split'), ...networkParametersSchema.shape.feeSplit.shape }),
  z.strictObject({ what: z.literal('reward-weights'), ...networkParametersSchema.shape.rewardWeights.shape }),
  z.strictObject({
    what: z.literal('model-type'),
    kind: z.string().min(1).max(64),
    admitted: z.boolean(),
    rewardWeight: rewardWeightSchema,
  }),
]);
export type NetworkChange = z.infer<typeof networkChangeSchema>;

/** A share of what is at stake: votes are given in wei of the token, the last six digits of the contracts' cut off. */
const votesSchema = weiSchema;

const proposalViewSchema = z.object({
  /** A decimal number of up to 78 digits. */
  id: weiSchema,
  state: proposalStateSchema,
  proposer: chainAddressSchema,
  /** Its first line, without markup. */
  title: z.string(),
  /** All of it: strangers wrote it. */
  description: z.string(),
  /** What it would do, a call each. */
  actions: z.array(
    z.object({
      target: chainAddressSchema,
      /** The contract by its role in the network profile; null: it is none of the network's. */
      role: z.string().nullable(),
      /** Its function and values; null: the call is not understood. */
      sentence: z.string().nullable(),
      data: z.string(),
    }),
  ),
  voteStart: z.iso.datetime(),
  voteEnd: z.iso.datetime(),
  /** From when a queued one can be executed. */
  executableAt: z.iso.datetime().nullable(),
  votes: z.object({ againstWei: votesSchema, forWei: votesSchema, abstainWei: votesSchema }),
  /** What "for" and "abstain" must reach together; null while voting has not begun. */
  quorumWei: votesSchema.nullable(),
  /** null without an account. */
  hasVoted: z.boolean().nullable(),
  /** How, if this wallet voted from here. */
  ownVote: z.enum(['against', 'for', 'abstain']).nullable(),
  /** What the account may vote with, which was counted when voting began; null before, and without an account. */
  powerWei: votesSchema.nullable(),
});
export type ProposalView = z.infer<typeof proposalViewSchema>;

/** `GET /v1/governance`: at one block, newest proposals first. */
export const governanceSchema = z.object({
  block: z.int().nonnegative(),
  token: z.object({ symbol: z.string(), decimals: z.int() }),
  account: chainAddressSchema.nullable(),
  /** The account's, which votes only for who is its delegate. */
  stakedWei: weiSchema,
  /** Votes of now, for proposals to come. */
  votesWei: votesSchema,
  delegate: chainAddressSchema.nullable(),
  /** Votes that a proposal needs of who makes it. */
  proposalThresholdWei: votesSchema,
  votingDelaySeconds: z.int().nonnegative(),
  votingPeriodSeconds: z.int().nonnegative(),
  /** How long what was accepted waits in the timelock. */
  timelockSeconds: z.int().nonnegative(),
  parameters: networkParametersSchema,
  proposals: z.array(proposalViewSchema).max(PROPOSALS_LIMIT),
  /** There are older ones that are not shown. */
  more: z.boolean(),
});
export type Governance = z.infer<typeof governanceSchema>;
