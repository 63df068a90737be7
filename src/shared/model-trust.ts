import { z } from 'zod';
import { keyIdSchema } from './model-catalogue.ts';

/** Whether a model may run on this machine, and who says so. */
export const modelTrustSchema = z.object({
  /**
   * `signed`: a catalogue key vouches for it; `allowed`: the user does. These two run. `unasked`: added by hand, and
   * the user has not been asked; `refused`: nobody vouches for it; `revoked`: it was, and no longer is.
   */
  state: z.enum(['signed', 'allowed', 'unasked', 'refused', 'revoked']),
  /** The key that signed its entry. */
  keyId: keyIdSchema.nullable(),
  /** Why it does not run, or what to know of one that does; a sentence. */
  detail: z.string().nullable(),
});
export type ModelTrust = z.infer<typeof modelTrustSchema>;

export function mayRun(trust: ModelTrust): boolean {
  return trust.state === 'signed' || trust.state === 'allowed';
}

/** What this node knows of the signed catalogue. */
export const catalogueViewSchema = z.object({
  /** Whether this agent has a root key to trust; without one it takes no model from the network. */
  configured: z.boolean(),
  /** Ids of the root keys that are trusted now. */
  rootKeyIds: z.array(keyIdSchema),
  keysSequence: z.int().nullable(),
  revocationsSequence: z.int().nullable(),
  /** When the revocation list becomes stale; after that no new model is taken. */
  revocationsExpireAt: z.iso.datetime().nullable(),
  stale: z.boolean(),
  /** When the lists were last fetched and found good. */
  checkedAt: z.iso.datetime().nullable(),
  /** What went wrong at the last try; a sentence. */
  problem: z.string().nullable(),
});
export type CatalogueView = z.infer<typeof catalogueViewSchema>;
