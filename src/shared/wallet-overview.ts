import { z } from 'zod';
import { chainAddressSchema } from './network-profile.ts';
import { walletStateSchema } from './wallet.ts';
import { operationViewSchema, planFeeSchema, walletLedgerSchema } from './wallet-transactions.ts';
import { weiSchema } from './wei.ts';

/** Operations of an overview: all that are under way, and the newest that ended. */
export const OVERVIEW_OPERATIONS = 20;

/** What is staked, as the staking contract has it at the ledger's block. */
const stakingViewSchema = z.object({
  /** In the vault, rewards included; what is unbonding is not in it. */
  stakedWei: weiSchema,
  /** All that everybody staked. */
  totalStakedWei: weiSchema,
  unbonding: z
    .array(
      z.object({
        /** For `restake`. */
        index: z.int().nonnegative(),
        assetsWei: weiSchema,
        releasedAt: z.iso.datetime(),
        /** It can be withdrawn. */
        released: z.boolean(),
      }),
    )
    .max(64),
  /** Of the unbonding, what can be withdrawn now. */
  withdrawableWei: weiSchema,
  /** Kept back while a slashing is decided. */
  heldForSlashWei: weiSchema,
  tier: z.int().nonnegative(),
  votesWei: weiSchema,
  /** Whom the stake votes for; null: nobody, so that it does not vote. */
  delegate: chainAddressSchema.nullable(),
  unbondingSeconds: z.int().nonnegative(),
  /**
   * What a year would bring at the pace at which rewards are paid now, as a part of the stake, without compounding;
   * null: nothing is staked by anybody, or no rewards are being paid.
   */
  yearlyReturn: z.number().nonnegative().nullable(),
  /** How long the rewards that the contract holds last at that pace. */
  rewardsLastSeconds: z.int().nonnegative().nullable(),
});
export type StakingView = z.infer<typeof stakingViewSchema>;

/** What claiming now would cost, and whether it is worth it by the user's settings. */
const claimViewSchema = z.object({
  /** null: there is nothing to claim, or what it would cost is not known. */
  fee: planFeeSchema.nullable(),
  /** The gateway pays the fee, if it is asked to. */
  relayed: z.boolean(),
  /** null: it is worth it. Else why not, in a sentence. */
  notWorthIt: z.string().nullable(),
});

/** The wallet's account on its chain, at the ledger's block. */
const walletChainSchema = z.object({
  lookedAt: z.iso.datetime(),
  ledger: walletLedgerSchema,
  staking: stakingViewSchema,
  /** The chain's coin, which pays fees. */
  nativeWei: weiSchema,
  claim: claimViewSchema,
});
export type WalletChainView = z.infer<typeof walletChainSchema>;

/** `GET /v1/wallet/overview`, and the event `wallet`, which only clients with the `ui` token get. */
export const walletOverviewSchema = z.object({
  wallet: walletStateSchema,
  token: z.object({ symbol: z.string(), decimals: z.int() }).nullable(),
  nativeSymbol: z.string().nullable(),
  explorerUrl: z.url().nullable(),
  /** As last seen; null: without an address or a network, or not seen yet. */
  chain: walletChainSchema.nullable(),
  /** Why `chain` is absent or old, in a sentence; null: it is as it should be. */
  problem: z.string().nullable(),
  /** Newest first. */
  operations: z.array(operationViewSchema).max(OVERVIEW_OPERATIONS),
  /** What the gateway's statements and the node's own receipts say; null: not compared yet. */
  statements: z
    .object({
      comparedAt: z.iso.datetime(),
      receipts: z.int().nonnegative(),
      /** null: they are the same to the wei. Else where they differ, in a sentence. */
      difference: z.string().nullable(),
    })
    .nullable(),
});
export type WalletOverview = z.infer<typeof walletOverviewSchema>;
