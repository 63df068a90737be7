import { z } from 'zod';

const hex = (bytes: number) => z.string().regex(new RegExp(`^(0x)?[0-9a-fA-F]{${bytes * 2}}$`));

/** Beyond this a key derivation would take the machine's memory: 128 × n × r bytes. */
const DERIVATION_BYTES_LIMIT = 512 * 1024 * 1024;
const KEY_BYTES = 32;

const scryptSchema = z
  .object({
    dklen: z.literal(KEY_BYTES),
    n: z
      .int()
      .min(2)
      .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two'),
    r: z.int().min(1).max(64),
    p: z.int().min(1).max(16),
    salt: z.string().regex(/^(0x)?([0-9a-fA-F]{2}){1,128}$/),
  })
  .refine(({ n, r }) => 128 * n * r <= DERIVATION_BYTES_LIMIT, 'its key derivation takes too much memory');

const pbkdf2Schema = z.object({
  dklen: z.literal(KEY_BYTES),
  c: z.int().min(1).max(10_000_000),
  prf: z.literal('hmac-sha256'),
  salt: z.string().regex(/^(0x)?([0-9a-fA-F]{2}){1,128}$/),
});

const cryptoSchema = z.object({
  cipher: z.literal('aes-128-ctr'),
  cipherparams: z.object({ iv: hex(16) }),
  ciphertext: hex(KEY_BYTES),
  mac: hex(KEY_BYTES),
});

/**
 * A key in the Web3 Secret Storage format, version 3, which every wallet opens.
 * Source: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/
 */
const keystoreFileSchema = z.object({
  version: z.literal(3),
  id: z.string().max(64),
  /** Some wallets leave it out. */
  address: hex(20).optional(),
  crypto: z.discriminatedUnion('kdf', [
    cryptoSchema.extend({ kdf: z.literal('scrypt'), kdfparams: scryptSchema }),
    cryptoSchema.extend({ kdf: z.literal('pbkdf2'), kdfparams: pbkdf2Schema }),
  ]),
});
export type KeystoreFile = z.infer<typeof keystoreFileSchema>;

/** @returns why the text is no keystore, in words, where it is none. */
export function parseKeystoreFile(
  text: string,
): { readonly keystore: KeystoreFile } | { readonly problem: string } {
  try {
    const parsed = keystoreFileSchema.safeParse(withLowerCaseKeys(JSON.parse(text)));
    if (parsed.success) return { keystore: parsed.data };
    const issue = parsed.error.issues[0];
    return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not valid'}` };
  } catch {
    return { problem: 'it is not JSON' };
  }
}

/** Early wallets wrote `Crypto`. */
function withLowerCaseKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toLowerCase(), withLowerCaseKeys(item)]),
  );
}
