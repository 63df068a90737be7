import { z } from 'zod';
import { modelIdSchema, sha256Schema } from './model-manifest.ts';
import { taskKindSchema } from './task.ts';

/**
 * The signed catalogue: which models nodes may run. A *root* key signs the list of catalogue keys; catalogue keys
 * sign one entry a model, and the list of what is revoked. `docs/model-catalogue.md` has the prose.
 *
 * A document has one text form only, `canonicalText`, so that what was signed is exactly what was read.
 */

/** An ed25519 public key (RFC 8032), 32 bytes in hexadecimal. */
export const publicKeySchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a public key of 64 lower-case hexadecimal digits');

/** The first 8 bytes of the SHA-256 of a public key, in hexadecimal. */
export const keyIdSchema = z.string().regex(/^[0-9a-f]{16}$/, 'must be a key id of 16 hexadecimal digits');

/** UTC, to the millisecond: a moment has one way to be written. */
export const momentSchema = z.iso
  .datetime({ precision: 3 })
  .refine((text) => Number.isFinite(Date.parse(text)), 'must be a date that exists');

export const sequenceSchema = z.int().positive();
const reasonSchema = z.string().min(1).max(300);

const catalogueKeySchema = z
  .strictObject({
    publicKey: publicKeySchema,
    /** What it may sign. */
    role: z.enum(['models', 'revocations', 'providers']),
    validFrom: momentSchema,
    validUntil: momentSchema,
  })
  .refine((key) => key.validFrom < key.validUntil, 'a key must be valid for some time');
export type CatalogueKey = z.infer<typeof catalogueKeySchema>;

export const keyListSchema = z.strictObject({
  type: z.literal('keys'),
  version: z.literal(1),
  /** Higher than in every list before; a node refuses to go back. */
  sequence: sequenceSchema,
  issuedAt: momentSchema,
  /** The root keys from this list on. Signed by one of the roots before it, and by every root that it adds. */
  roots: z.array(publicKeySchema).min(1).max(8).refine(isWithoutRepetition, 'lists a root twice'),
  keys: z
    .array(catalogueKeySchema)
    .max(64)
    .refine((keys) => isWithoutRepetition(keys.map((key) => key.publicKey)), 'lists a key twice'),
});
export type KeyList = z.infer<typeof keyListSchema>;

export const revocationListSchema = z
  .strictObject({
    type: z.literal('revocations'),
    version: z.literal(1),
    sequence: sequenceSchema,
    issuedAt: momentSchema,
    /** After it the list is stale: nodes take no new model until they have a newer one. */
    expiresAt: momentSchema,
    models: z.array(z.strictObject({ digest: sha256Schema, reason: reasonSchema })).max(10_000),
    /** Keys whose every signature is void, whenever it was made. */
    keys: z.array(z.strictObject({ keyId: keyIdSchema, reason: reasonSchema })).max(64),
  })
  .refine((list) => list.issuedAt < list.expiresAt, 'a list must be valid for some time');
export type RevocationList = z.infer<typeof revocationListSchema>;

export const modelEntrySchema = z.strictObject({
  type: z.literal('entry'),
  version: z.literal(1),
  /** SHA-256 of the canonical manifest, which names every file by its SHA-256. */
  digest: sha256Schema,
  /** The next three are the manifest's, for people and for a second look. */
  modelId: modelIdSchema,
  modelVersion: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/),
  tasks: z.array(taskKindSchema).min(1).max(16),
  issuedAt: momentSchema,
  /** null: until it is revoked. */
  expiresAt: momentSchema.nullable(),
  /** Nodes whose rules for admitting models are older refuse the model. */
  minimumAdmission: z.int().nonnegative(),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

const signatureSchema = z.strictObject({
  keyId: keyIdSchema,
  /** ed25519 over `signedBytes`, 64 bytes in hexadecimal. */
  signature: z.string().regex(/^[0-9a-f]{128}$/, 'must be a signature of 128 hexadecimal digits'),
});
export const signaturesSchema = z
  .array(signatureSchema)
  .min(1)
  .max(16)
  .refine(
    (signatures) => isWithoutRepetition(signatures.map(({ keyId }) => keyId)),
    'is signed twice by a key',
  );

const signedKeyListSchema = z.strictObject({ payload: keyListSchema, signatures: signaturesSchema });
export type SignedKeyList = z.infer<typeof signedKeyListSchema>;
export const signedRevocationListSchema = z.strictObject({
  payload: revocationListSchema,
  signatures: signaturesSchema,
});
export type SignedRevocationList = z.infer<typeof signedRevocationListSchema>;
export const signedModelEntrySchema = z.strictObject({
  payload: modelEntrySchema,
  signatures: signaturesSchema,
});
export type SignedModelEntry = z.infer<typeof signedModelEntrySchema>;

/** `GET /v1/catalogue/keys`: the lists that changed the roots, oldest first, and the newest list at the end. */
export const keyListChainSchema = z.strictObject({ lists: z.array(signedKeyListSchema).min(1).max(32) });
export type KeyListChain = z.infer<typeof keyListChainSchema>;

export type CatalogueDocument = 'keys' | 'revocations' | 'entry' | 'provider-libraries';

/** The longest text of each document, in bytes of UTF-8; a longer one is not read. */
export const CATALOGUE_BYTES_LIMIT: Readonly<Record<CatalogueDocument, number>> = {
  keys: 1024 * 1024,
  revocations: 4 * 1024 * 1024,
  entry: 16 * 1024,
  'provider-libraries': 4 * 1024 * 1024,
};

/** The name of a document in a folder of published files; the routes below `/v1/catalogue/` are the same without `.json`. */
export const CATALOGUE_FILES = {
  keys: 'keys.json',
  revocations: 'revocations.json',
  entry: (digest: string) => `entries/${digest}.json`,
  'provider-libraries': 'provider-libraries.json',
} as const;

function isWithoutRepetition(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
