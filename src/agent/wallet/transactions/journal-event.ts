import { z } from 'zod';
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

/** A line of the journal: what is written before, or learnt after, each thing that an operation does. */
export const journalEventSchema = z.discriminatedUnion('type', [
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
  /** The user wants it undone, if that is still possible. */
  z.object({ type: z.literal('cancel-asked'), id }),
  z.object({
    type: z.literal('ended'),
    id,
    outcome: z.enum(['done', 'failed', 'cancelled']),
    detail: z.string().nullable(),
  }),
]);
export type JournalEvent = z.infer<typeof journalEventSchema>;
