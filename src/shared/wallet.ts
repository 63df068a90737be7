import { z } from 'zod';
import { chainAddressSchema } from './network-profile.ts';
import { publicBoxKeySchema, sealedBoxSchema } from './sealed-box.ts';
import { CONFIRMED_WORDS } from './signer-protocol.ts';

/** `GET /v1/wallet`: what the agent knows of the wallet's keys. */
export const walletStateSchema = z.object({
  /**
   * `none`: not even a payout address; `watching`: a payout address without its key; `damaged`: there is a wallet
   * file, and it cannot be read.
   */
  state: z.enum(['none', 'watching', 'locked', 'unlocked', 'damaged']),
  /** Of the wallet's key, or where there is none the payout address. With its checksum. */
  address: chainAddressSchema.nullable(),
  /** Where what is earned goes. */
  payoutAddress: chainAddressSchema.nullable(),
  /** When an unlocked wallet locks itself. */
  autoLockAt: z.iso.datetime().nullable(),
  /** After wrong passwords: when the next may be tried. */
  retryAt: z.iso.datetime().nullable(),
  /** What is wrong with the wallet file, in words. */
  problem: z.string().nullable(),
  /** What keeps the signer away from the rest of the machine; null while it does not run. */
  signer: z.object({ isolated: z.boolean(), detail: z.string() }).nullable(),
  /** Null: no network is configured, and nothing can be signed. */
  network: z.object({ name: z.string(), test: z.boolean(), chainId: z.int() }).nullable(),
});
export type WalletState = z.infer<typeof walletStateSchema>;

/** `POST /v1/wallet/key`: for whom secrets are sealed. It holds until the wallet locks. */
export const walletKeySchema = z.object({ boxKey: publicBoxKeySchema });

/** A secret for the signer, as `SIGNER_SECRETS` has them, sealed for its key and the route's purpose. */
export const sealedRequestSchema = z.strictObject({ box: sealedBoxSchema });

/** `POST /v1/wallet/create` */
export const createdWordsSchema = z.object({
  address: chainAddressSchema,
  /** The words, sealed for the key in the request with the purpose `words`. */
  words: sealedBoxSchema,
  /** Positions, from 1, of the words that `POST /v1/wallet/confirm-words` asks for, in this order. */
  positions: z.array(z.int().min(1).max(24)).length(CONFIRMED_WORDS),
});
export type CreatedWords = z.infer<typeof createdWordsSchema>;

/** `PUT /v1/wallet/payout-address` */
export const payoutAddressChangeSchema = z.strictObject({ address: z.string().max(64) });

/** `POST /v1/wallet/forget`: the password, sealed, or the wallet's address as the user typed it. */
export const forgetWalletSchema = z.union([
  sealedRequestSchema,
  z.strictObject({ address: z.string().max(64) }),
]);
export type ForgetWallet = z.infer<typeof forgetWalletSchema>;

/** The answer: the file is kept under another name. */
export const forgottenWalletSchema = z.object({ keptAs: z.string() });

/** `GET /v1/wallet/keystore`: the wallet file, which any wallet opens with the password. */
export const exportedWalletSchema = z.object({ fileName: z.string(), keystore: z.string() });
