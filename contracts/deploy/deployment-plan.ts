import { z } from 'zod';
import { chainAddressSchema } from '../../src/shared/network-profile.ts';
import { TASK_KINDS, taskKindSchema } from '../../src/shared/task.ts';

const secondsSchema = z.int().positive();
const basisPointsSchema = z.int().min(0).max(10_000);
/** Wei of the token, as a decimal string. */
const amountSchema = z.string().regex(/^\d{1,39}$/);

/** What a deployment decides; everything in it can be changed by governance later. */
const deploymentPlanSchema = z.object({
  name: z.string().min(1).max(64),
  test: z.boolean(),
  chainId: z.int().positive(),
  rpcUrls: z.array(z.string()).min(1),
  explorerUrl: z.string().nullable(),
  nativeSymbol: z.string(),
  /** The network's own token; null deploys a token for tests, which main networks refuse. */
  token: chainAddressSchema.nullable(),
  /** Wei of the test token, all given to the deployer. */
  testSupply: amountSchema,
  settler: chainAddressSchema,
  guardian: chainAddressSchema,
  verifier: chainAddressSchema,
  /** Where the protocol's share and slashed stake go; null: the timelock. */
  treasury: chainAddressSchema.nullable(),
  disputeWindowSeconds: secondsSchema,
  unbondingSeconds: secondsSchema,
  slashDelaySeconds: secondsSchema,
  rewardDurationSeconds: secondsSchema,
  rewardPerDay: basisPointsSchema,
  tierThresholds: z.array(amountSchema).max(8),
  withdrawalNoticeSeconds: secondsSchema,
  feeSplit: z.object({ nodes: basisPointsSchema, protocol: basisPointsSchema, stakers: basisPointsSchema }),
  rewardWeights: z.object({
    usage: basisPointsSchema,
    availabilityPerGpuHour: amountSchema,
    availabilityPerEpoch: amountSchema,
  }),
  votingDelaySeconds: secondsSchema,
  votingPeriodSeconds: secondsSchema,
  /** Votes, which have six digits more than the token. */
  proposalThreshold: amountSchema,
  quorumPercent: z.int().min(1).max(100),
  timelockSeconds: z.int().nonnegative(),
  modelKinds: z.array(taskKindSchema),
});
export type DeploymentPlan = z.infer<typeof deploymentPlanSchema>;

const GATA = 10n ** 18n;
const DAY = 86_400;

/** The parts of a plan that are the same everywhere until governance says otherwise. */
const COMMON = {
  testSupply: String(1_000_000_000n * GATA),
  treasury: null,
  rewardPerDay: 100,
  tierThresholds: [100n, 1_000n, 10_000n, 100_000n].map((amount) => String(amount * GATA)),
  feeSplit: { nodes: 8_000, protocol: 500, stakers: 1_500 },
  rewardWeights: {
    usage: 7_000,
    availabilityPerGpuHour: String(GATA / 10n),
    availabilityPerEpoch: String(10_000n * GATA),
  },
  quorumPercent: 4,
  modelKinds: TASK_KINDS,
} as const;

type Roles = Pick<DeploymentPlan, 'settler' | 'guardian' | 'verifier'>;

/** A chain of this machine: everything that takes days on a real one takes seconds. */
export function localPlan(rpcUrl: string, chainId: number, roles: Roles): DeploymentPlan {
  return deploymentPlanSchema.parse({
    ...COMMON,
    ...roles,
    name: 'This machine',
    test: true,
    chainId,
    rpcUrls: [rpcUrl],
    explorerUrl: null,
    nativeSymbol: 'tBNB',
    token: null,
    disputeWindowSeconds: 5,
    unbondingSeconds: 30,
    slashDelaySeconds: 10,
    rewardDurationSeconds: 3600,
    withdrawalNoticeSeconds: 30,
    votingDelaySeconds: 1,
    votingPeriodSeconds: 60,
    proposalThreshold: String(10n ** 6n),
    timelockSeconds: 1,
  });
}

const SLOW = {
  disputeWindowSeconds: DAY,
  unbondingSeconds: 7 * DAY,
  slashDelaySeconds: 3 * DAY,
  rewardDurationSeconds: 7 * DAY,
  withdrawalNoticeSeconds: 2 * DAY,
  votingDelaySeconds: DAY,
  votingPeriodSeconds: 5 * DAY,
  proposalThreshold: String(10_000n * GATA * 10n ** 6n),
  timelockSeconds: 2 * DAY,
} as const;

export function testnetPlan(roles: Roles, rpcUrl?: string): DeploymentPlan {
  return deploymentPlanSchema.parse({
    ...COMMON,
    ...SLOW,
    ...roles,
    name: 'BNB Smart Chain testnet',
    test: true,
    chainId: 97,
    rpcUrls: [rpcUrl ?? 'https://bsc-testnet-dataseed.bnbchain.org'],
    explorerUrl: 'https://testnet.bscscan.com',
    nativeSymbol: 'tBNB',
    token: null,
  });
}

/** @param token the real GATA, which whoever deploys must name: this project does not know its address. */
export function mainnetPlan(roles: Roles, token: string, rpcUrl?: string): DeploymentPlan {
  return deploymentPlanSchema.parse({
    ...COMMON,
    ...SLOW,
    ...roles,
    name: 'BNB Smart Chain',
    test: false,
    chainId: 56,
    rpcUrls: [rpcUrl ?? 'https://bsc-dataseed.bnbchain.org'],
    explorerUrl: 'https://bscscan.com',
    nativeSymbol: 'BNB',
    token,
  });
}
