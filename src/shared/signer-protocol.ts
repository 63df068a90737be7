import { z } from 'zod';
import { errorCodeSchema } from './error-codes.ts';
import { chainAddressSchema, networkProfileSchema } from './network-profile.ts';
import { publicBoxKeySchema, sealedBoxSchema } from './sealed-box.ts';
import { weiSchema } from './wei.ts';

/**
 * Messages between the agent and its signer (`src/signer/main.ts`) over the signer's stdin and stdout, framed by
 * `frame-codec.ts`. The signer alone decrypts keys; passwords, words and keys travel between it and the user's screen
 * in sealed boxes, which the agent passes on and cannot open.
 */
export const SIGNER_PROTOCOL_VERSION = 1;

/** No transaction may cost more than this in fees unless told otherwise: 0.05 of the chain's coin, in wei. */
export const DEFAULT_FEE_CEILING_WEI = '50000000000000000';

/** Positions, counted from 1, of the words that are asked for after they were shown. */
export const CONFIRMED_WORDS = 3;

/** Seals the words on their way from the signer to the screen. */
export const WORDS_PURPOSE = 'words';

const hexSchema = z.string().regex(/^0x([0-9a-f]{2})*$/);
const integerSchema = z.string().regex(/^(0|[1-9]\d{0,77})$/);

/**
 * A transaction to one of the network's contracts. There is no field for coins to send along: the wallet never sends
 * any. The chain is that of the profile.
 */
export const unsignedTransactionSchema = z.strictObject({
  chainId: z.int().positive(),
  nonce: z.int().nonnegative(),
  to: chainAddressSchema,
  data: hexSchema.max(200_000),
  gasLimit: integerSchema,
  maxFeePerGasWei: weiSchema,
  maxPriorityFeePerGasWei: weiSchema,
});
export type UnsignedTransaction = z.infer<typeof unsignedTransactionSchema>;

/** A message that is signed and not sent as a transaction. */
const unsignedTypedDataSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('claim-and-stake'),
    account: chainAddressSchema,
    cumulative: integerSchema,
    nonce: integerSchema,
    /** Unix seconds. */
    deadline: integerSchema,
  }),
  z.strictObject({
    type: z.literal('voucher'),
    buyer: chainAddressSchema,
    gateway: chainAddressSchema,
    cumulative: integerSchema,
  }),
]);
export type UnsignedTypedData = z.infer<typeof unsignedTypedDataSchema>;

/** One value of what is signed, as the signer read it in the bytes. Amounts are whole wei. */
const signedValueSchema = z.object({
  name: z.string(),
  kind: z.enum(['address', 'token-wei', 'stake-shares', 'native-wei', 'number', 'time', 'text', 'bytes']),
  value: z.string(),
});
export type SignedValue = z.infer<typeof signedValueSchema>;

/** What is signed, in words, made by the signer from the bytes that it signs. */
const signingDescriptionSchema = z.object({
  /** The network's name. */
  network: z.string(),
  /** The contract by its role, such as `rewards`. */
  contract: z.string(),
  /** Its function, or the message's type. */
  call: z.string(),
  /** One English sentence. */
  sentence: z.string(),
  values: z.array(signedValueSchema),
  /** The most that it costs in fees; null: a message, which costs nothing. */
  maxFeeWei: weiSchema.nullable(),
});
export type SigningDescription = z.infer<typeof signingDescriptionSchema>;

/** What a box for the signer holds, by its purpose, which seals it. */
export const SIGNER_SECRETS = {
  create: z.strictObject({
    password: z.string().min(1).max(1024),
    words: z.union([z.literal(12), z.literal(24)]),
    /** Whom the words are sealed for. */
    replyTo: publicBoxKeySchema,
  }),
  'confirm-words': z.strictObject({ words: z.array(z.string().max(32)).length(CONFIRMED_WORDS) }),
  import: z.strictObject({
    password: z.string().min(1).max(1024),
    from: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('words'), words: z.string().max(1024) }),
      z.strictObject({ kind: z.literal('private-key'), privateKey: z.string().max(128) }),
      z.strictObject({
        kind: z.literal('keystore'),
        keystore: z.string().max(65_536),
        keystorePassword: z.string().max(1024),
      }),
    ]),
  }),
  unlock: z.strictObject({ password: z.string().min(1).max(1024) }),
  'change-password': z.strictObject({
    password: z.string().min(1).max(1024),
    newPassword: z.string().min(1).max(1024),
  }),
  'check-password': z.strictObject({ password: z.string().min(1).max(1024) }),
} as const;
export type SignerPurpose = keyof typeof SIGNER_SECRETS;

const id = z.int().nonnegative();
const box = sealedBoxSchema;
/** The text of a keystore file, which the agent keeps: the signer reaches no files. */
const keystore = z.string().max(65_536);

export const toSignerSchema = z.discriminatedUnion('type', [
  /** First message, once. Without a profile nothing is signed. */
  z.object({
    type: z.literal('start'),
    profile: networkProfileSchema.nullable(),
    feeCeilingWei: weiSchema,
  }),
  /** Makes words; nothing is kept before they are confirmed. Answered by `words`. */
  z.object({ type: z.literal('create'), id, box }),
  /** Answered by `wallet`. */
  z.object({ type: z.literal('confirm-words'), id, box }),
  /** Answered by `wallet`. */
  z.object({ type: z.literal('import'), id, box }),
  /** Answered by `unlocked`. */
  z.object({ type: z.literal('unlock'), id, box, keystore }),
  /** Answered by `wallet`. */
  z.object({ type: z.literal('change-password'), id, box, keystore }),
  /** Answered by `unlocked`, though nothing is: only whether the password is right. */
  z.object({ type: z.literal('check-password'), id, box, keystore }),
  /** Answered by `signed-transaction`. */
  z.object({ type: z.literal('sign-transaction'), id, transaction: unsignedTransactionSchema }),
  /** Answered by `signed-message`. */
  z.object({ type: z.literal('sign-typed-data'), id, message: unsignedTypedDataSchema }),
]);
export type ToSigner = z.infer<typeof toSignerSchema>;

export const fromSignerSchema = z.discriminatedUnion('type', [
  /** Answers `start`. */
  z.object({ type: z.literal('ready'), protocol: z.int(), boxKey: publicBoxKeySchema }),
  z.object({
    type: z.literal('words'),
    id,
    address: chainAddressSchema,
    /** The words, separated by spaces, for the box key that `create` named. */
    box,
    positions: z.array(z.int().min(1).max(24)).length(CONFIRMED_WORDS),
  }),
  /** A keystore to be stored; the key is unlocked, but for `change-password`, where it stays as it was. */
  z.object({ type: z.literal('wallet'), id, address: chainAddressSchema, keystore }),
  z.object({ type: z.literal('unlocked'), id, address: chainAddressSchema }),
  z.object({
    type: z.literal('signed-transaction'),
    id,
    /** The serialised transaction, as `eth_sendRawTransaction` takes it. */
    raw: hexSchema,
    hash: z.string().regex(/^0x[0-9a-f]{64}$/),
    description: signingDescriptionSchema,
  }),
  z.object({
    type: z.literal('signed-message'),
    id,
    /** r ‖ s ‖ v, 65 bytes. */
    signature: z.string().regex(/^0x[0-9a-f]{130}$/),
    description: signingDescriptionSchema,
  }),
  z.object({ type: z.literal('refused'), id, code: errorCodeSchema, message: z.string() }),
]);
export type FromSigner = z.infer<typeof fromSignerSchema>;
