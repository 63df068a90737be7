import { z } from 'zod';
import { networkChangeSchema } from './governance.ts';
import { chainAddressSchema } from './network-profile.ts';
import { unsignedTransactionSchema } from './signer-protocol.ts';
import { weiSchema } from './wei.ts';

/** An amount of GATA as a person writes it: `12.5`. How many decimals it may have is the token's to say. */
const amountSchema = z.string().trim().min(1).max(80);
const proposalIdSchema = weiSchema;

const proposalSchema = {
  targets: z.array(chainAddressSchema).min(1).max(16),
  calldatas: z
    .array(
      z
        .string()
        .regex(/^0x([0-9a-fA-F]{2})*$/)
        .max(65_536),
    )
    .min(1)
    .max(16),
  description: z.string().min(1).max(20_000),
};

/** What the wallet can do on the chain. */
export const walletActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('claim') }),
  z.strictObject({ kind: z.literal('claim-and-stake') }),
  z.strictObject({ kind: z.literal('stake'), amount: amountSchema }),
  /** `all`: the whole stake. */
  z.strictObject({ kind: z.literal('unstake'), amount: amountSchema }),
  z.strictObject({ kind: z.literal('withdraw') }),
  /** Takes an entry of the unbonding queue back into the stake. */
  z.strictObject({ kind: z.literal('restake'), index: z.int().min(0).max(63) }),
  z.strictObject({ kind: z.literal('delegate'), to: chainAddressSchema }),
  z.strictObject({
    kind: z.literal('vote'),
    proposalId: proposalIdSchema,
    support: z.enum(['against', 'for', 'abstain']),
  }),
  /** A proposal of one of the changes that Gata knows how to make. */
  z.strictObject({
    kind: z.literal('propose-change'),
    change: networkChangeSchema,
    description: proposalSchema.description,
  }),
  /** A proposal that the governor knows: into the timelock, and out of it. */
  z.strictObject({ kind: z.literal('queue-proposal'), proposalId: proposalIdSchema }),
  z.strictObject({ kind: z.literal('execute-proposal'), proposalId: proposalIdSchema }),
  z.strictObject({ kind: z.literal('propose'), ...proposalSchema }),
  z.strictObject({ kind: z.literal('queue'), ...proposalSchema }),
  z.strictObject({ kind: z.literal('execute'), ...proposalSchema }),
]);
export type WalletAction = z.infer<typeof walletActionSchema>;

/** One call of a contract; an operation makes one or two, one after the other. */
export const walletCallSchema = z.object({
  /** Such as `staking.deposit`. */
  name: z.string(),
  to: chainAddressSchema,
  data: z.string().regex(/^0x([0-9a-f]{2})*$/),
});
export type WalletCall = z.infer<typeof walletCallSchema>;

/** What an operation did to the account's GATA by its transactions, in wei of the token. */
export const walletEffectsSchema = z.object({
  claimedWei: weiSchema,
  stakedWei: weiSchema,
  withdrawnWei: weiSchema,
});
export type WalletEffects = z.infer<typeof walletEffectsSchema>;

/**
 * waiting: not sent yet; sent: signed, no block has it; mined: a block has it, which could still be replaced; done,
 * failed and cancelled: for good.
 */
const operationStateSchema = z.enum(['waiting', 'sent', 'mined', 'done', 'failed', 'cancelled']);
export type OperationState = z.infer<typeof operationStateSchema>;

export const operationViewSchema = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  account: chainAddressSchema,
  action: walletActionSchema,
  state: operationStateSchema,
  /** Why it waits or failed, in a sentence; null: there is nothing to say. */
  detail: z.string().nullable(),
  transactions: z.array(
    z.object({
      hash: z.string(),
      /** The account's; null: the gateway sent it. */
      nonce: z.int().nullable(),
      purpose: z.enum(['call', 'cancel']),
      call: z.string(),
      block: z.int().nullable(),
      succeeded: z.boolean().nullable(),
      /** The chain's coin. */
      feeWei: weiSchema.nullable(),
      explorerUrl: z.url().nullable(),
    }),
  ),
  effects: walletEffectsSchema,
  /** What waits to be signed elsewhere. */
  unsigned: unsignedTransactionSchema.nullable(),
  /** The gateway sends its transactions and pays for them. */
  relayed: z.boolean(),
});
export type OperationView = z.infer<typeof operationViewSchema>;

export const operationsPageSchema = z.object({ operations: z.array(operationViewSchema) });

export const planRequestSchema = z.strictObject({
  action: walletActionSchema,
  /** Sign elsewhere; the wallet only prepares and sends. */
  signElsewhere: z.boolean().default(false),
  /** Let the gateway send it and pay the fee; for `claim` and `claim-and-stake`. */
  relayed: z.boolean().default(false),
});
export type PlanRequest = z.input<typeof planRequestSchema>;

/** What a plan's transactions would cost at the live price. */
export const planFeeSchema = z.object({
  gas: weiSchema,
  gasPriceWei: weiSchema,
  /** In the chain's coin. */
  nativeWei: weiSchema,
  nativeSymbol: z.string(),
  /** The same in GATA; null: the user told no price of the coin or of GATA. */
  gataWei: weiSchema.nullable(),
  /** The same in the user's currency; null: the user told no price of the coin. */
  money: z.object({ currency: z.string(), amount: z.number().nonnegative() }).nullable(),
});
export type PlanFee = z.infer<typeof planFeeSchema>;

/** What would be done, shown before it is confirmed. */
export const actionPlanSchema = z.object({
  /** Confirms exactly this plan, once. */
  confirmationId: z.uuid(),
  expiresAt: z.iso.datetime(),
  account: chainAddressSchema,
  action: walletActionSchema,
  /** In words, in English. */
  summary: z.string(),
  /** How much GATA moves, in wei; null: none. */
  amountWei: weiSchema.nullable(),
  calls: z.array(walletCallSchema),
  /** All zero when the gateway pays. */
  fee: planFeeSchema,
  relayed: z.boolean(),
  /** What to think about before confirming, in sentences. */
  warnings: z.array(z.string()),
});
export type ActionPlan = z.infer<typeof actionPlanSchema>;

export const confirmRequestSchema = z.strictObject({ confirmationId: z.uuid() });

export const signedElsewhereSchema = z.strictObject({
  raw: z
    .string()
    .trim()
    .regex(/^0x([0-9a-fA-F]{2})+$/)
    .max(300_000),
});

/**
 * Where what was earned is, at one block, in wei of the token: earned = pending + waiting + claimable + claimed, and
 * what staking added to it comes on top.
 */
export const walletLedgerSchema = z.object({
  account: chainAddressSchema,
  block: z.int().nonnegative(),
  /** Since the beginning. */
  earnedWei: weiSchema,
  /** Worked for, and in no root yet, by the gateway's statement; null: the gateway does not say. Not on the chain. */
  pendingWei: weiSchema.nullable(),
  /** In a root that waits out its dispute window. */
  waitingWei: weiSchema,
  claimableWei: weiSchema,
  /** What the contract paid out, since the beginning. */
  claimedWei: weiSchema,
  /** Of it, what this wallet's own transactions claimed; the rest was claimed by other programs. */
  claimedHereWei: weiSchema,
  walletWei: weiSchema,
  /** What is staked or unbonding, its rewards included. */
  stakeWei: weiSchema,
  /** Staked less withdrawn by this wallet's own transactions. */
  stakedHereWei: z.string().regex(/^-?\d{1,78}$/),
  /**
   * What staking brought: the stake less `stakedHereWei`. Negative: stake was slashed. Null when others' transactions
   * staked or withdrew too, so that it cannot be told.
   */
  stakingRewardsWei: z
    .string()
    .regex(/^-?\d{1,78}$/)
    .nullable(),
});
export type WalletLedger = z.infer<typeof walletLedgerSchema>;
