import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { z } from 'zod';
import { CatalogueFault } from './catalogue-fault.ts';
import {
  CATALOGUE_BYTES_LIMIT,
  type CatalogueDocument,
  type KeyList,
  type KeyListChain,
  keyListChainSchema,
  type ModelEntry,
  type RevocationList,
  type SignedModelEntry,
  type SignedRevocationList,
  signedModelEntrySchema,
  signedRevocationListSchema,
} from './model-catalogue.ts';
import {
  type ProviderManifest,
  type SignedProviderManifest,
  signedProviderManifestSchema,
} from './provider-manifest.ts';

/** Signatures of other programs and of other versions of this format mean nothing here. */
const SIGNED_PREFIX = 'gata-model-catalogue/1/';

type Payload = KeyList | RevocationList | ModelEntry | ProviderManifest;

interface Signed {
  readonly payload: Payload;
  readonly signatures: readonly { readonly keyId: string; readonly signature: string }[];
}

/** What ed25519 signs: the domain and type of the document, a line break, and the payload's canonical JSON. */
export function signedBytes(payload: Payload): Uint8Array {
  return utf8ToBytes(`${SIGNED_PREFIX}${payload.type}\n${JSON.stringify(payload)}`);
}

/** @param publicKey 32 bytes in hexadecimal. */
export function keyIdOf(publicKey: string): string {
  return bytesToHex(sha256(hexToBytes(publicKey))).slice(0, 16);
}

/** Whether one of the document's signatures is this key's, and right. */
export function isSignedBy({ payload, signatures }: Signed, publicKey: string): boolean {
  const keyId = keyIdOf(publicKey);
  const found = signatures.find((each) => each.keyId === keyId);
  if (found === undefined) return false;
  try {
    // RFC 8032's strict rules: one signature has one form.
    return ed25519.verify(hexToBytes(found.signature), signedBytes(payload), hexToBytes(publicKey), {
      zip215: false,
    });
  } catch {
    // The key is not a point of the curve.
    return false;
  }
}

/** The one text of a document: its fields in the schema's order, without spaces. */
export function canonicalText(
  document: KeyListChain | SignedRevocationList | SignedModelEntry | SignedProviderManifest,
): string {
  return JSON.stringify(document);
}

/** @throws CatalogueFault `too-large`, `malformed` or `not-canonical`. */
export function parseKeyListChain(text: string): KeyListChain {
  return parse('keys', keyListChainSchema, text);
}

/** @throws CatalogueFault `too-large`, `malformed` or `not-canonical`. */
export function parseRevocationList(text: string): SignedRevocationList {
  return parse('revocations', signedRevocationListSchema, text);
}

/** @throws CatalogueFault `too-large`, `malformed` or `not-canonical`. */
export function parseModelEntry(text: string): SignedModelEntry {
  return parse('entry', signedModelEntrySchema, text);
}

/** @throws CatalogueFault `too-large`, `malformed` or `not-canonical`. */
export function parseProviderManifest(text: string): SignedProviderManifest {
  return parse('provider-libraries', signedProviderManifestSchema, text);
}

const NAMES: Readonly<Record<CatalogueDocument, string>> = {
  keys: 'The list of catalogue keys',
  revocations: 'The revocation list',
  entry: "The model's catalogue entry",
  'provider-libraries': 'The list of provider libraries',
};

function parse<Schema extends z.ZodType>(
  document: CatalogueDocument,
  schema: Schema,
  text: string,
): z.infer<Schema> {
  const name = NAMES[document];
  const limit = CATALOGUE_BYTES_LIMIT[document];
  if (text.length > limit) {
    throw new CatalogueFault('too-large', `${name} is larger than ${limit} bytes.`);
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new CatalogueFault('malformed', `${name} is not JSON.`, { cause: error });
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.join('.')})`;
    throw new CatalogueFault('malformed', `${name} is not valid${where}: ${issue?.message ?? 'unknown'}.`);
  }
  // A field given twice, an escape more or less: what the eye reads and what is checked must not differ.
  if (JSON.stringify(parsed.data) !== text) {
    throw new CatalogueFault('not-canonical', `${name} is not in its canonical form.`);
  }
  return parsed.data;
}
