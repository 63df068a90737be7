import { z } from 'zod';
import { claimRelayRequestSchema, claimRelayStateSchema } from '../../../shared/claim-relay.ts';
import { chainAddressSchema } from '../../../shared/network-profile.ts';
import { unsignedTransactionSchema } from '../../../shared/signer-protocol.ts';
import {
  walletActionSchema,
  walletCallSchema,
  walletEffectsSchema,
} from '../../../shared/wallet-transactions.ts';
import { weiSchema } from '../../../shared/wei.ts';

const id = z.uuid();
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);

const claimRelaySignatureSchema = claimRelayRequestSchema.shape.stake;

/** A line of the journal: what is written before, or learnt after, each thing that an operation does. */
export const journalEventSchema = z.discriminatedUnion('type', [
  /** The journal is of the chain with this first block. */
  z.object({ type: z.literal('chain'), firstBlock: hash }),
  /** The user confirmed it. */
  z.object({
    type: z.literal('intended'),
    id,
    at: z.iso.datetime(),
    account: chainAddressSchema,
    action: walletActionSchema,
    calls: z.array(walletCallSchema).min(1).max(4),
    signElsewhere: z.boolean(),
    /** The gateway sends it. */
    relayed: z.boolean().default(false),
  }),
  /** Shown to be signed elsewhere. */
  z.object({
    type: z.literal('prepared'),
    id,
    call: z.int().nonnegative(),
    unsigned: unsignedTransactionSchema,
  }),
  /** Written before it is sent for the first time. */
  z.object({
    type: z.literal('signed'),
    id,
    at: z.iso.datetime(),
    call: z.int().nonnegative(),
    purpose: z.enum(['call', 'cancel']),
    nonce: z.int().nonnegative(),
    gasLimit: weiSchema,
    gasPriceWei: weiSchema,
    hash,
    raw: z.string().regex(/^0x([0-9a-f]{2})+$/),
  }),
  /** At least one endpoint took it, or has it. */
  z.object({ type: z.literal('sent'), id, hash }),
  z.object({
    type: z.literal('mined'),
    id,
    hash,
    blockNumber: z.int().nonnegative(),
    blockHash: hash,
    succeeded: z.boolean(),
    gasUsed: weiSchema,
    feeWei: weiSchema,
    effects: walletEffectsSchema,
  }),
  /** The block that had it is no longer part of the chain. */
  z.object({ type: z.literal('vanished'), id, hash }),
  /** Its block is as deep as the wallet waits for. */
  z.object({ type: z.literal('final'), id, hash }),
  /** A transaction of nobody here used the nonce up, for good: none of the operation's own can be mined any more. */
  z.object({ type: z.literal('superseded'), id, nonce: z.int().nonnegative() }),
  /** The calls from now on: a claim whose root changed. */
  z.object({ type: z.literal('rebuilt'), id, calls: z.array(walletCallSchema).min(1).max(4) }),
  /** The calls begin with the first again: what an earlier one prepared was used up by another operation. */
  z.object({ type: z.literal('started-over'), id }),
  /** Written before the gateway is asked to send a claim. */
  z.object({
    type: z.literal('relay-asked'),
    id,
    at: z.iso.datetime(),
    cumulative: weiSchema,
    stake: claimRelaySignatureSchema,
    /** The contract's, for which it was signed; null: it was not. */
    nonce: weiSchema.nullable(),
  }),
  /** What the gateway said. */
  z.object({ type: z.literal('relay-told'), id, told: claimRelayStateSchema }),
  /** The account was paid, for good; `hash` is the transaction that the gateway named, if that did it. */
  z.object({
    type: z.literal('relay-settled'),
    id,
    hash: hash.nullable(),
    blockNumber: z.int().nonnegative().nullable(),
    effects: walletEffectsSchema,
  }),
  /** The user wants it undone, if that is still possible. */
  z.object({ type: z.literal('cancel-asked'), id }),
  z.object({
    type: z.literal('ended'),
    id,
    outcome: z.enum(['done', 'failed', 'cancelled']),
    detail: z.string().nullable(),
  }),
]);
/** Of the file, or of an operation. */
export type JournalLine = z.infer<typeof journalEventSchema>;
export type JournalEvent = Exclude<JournalLine, { type: 'chain' }>;
