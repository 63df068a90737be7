import { hexToBytes } from '@noble/hashes/utils.js';
import type { StructToSign } from '../../shared/chain/struct-digest.ts';
import { addressOfSecret, signStruct } from '../../shared/chain/struct-signature.ts';
import { GataError } from '../../shared/gata-error.ts';
import { readOrCreateSecret } from '../store/secret-file.ts';

/** Signs what the gateway credits. Holds no money; nodes remember its address. */
export interface ReceiptKey {
  /** Lower case. */
  readonly address: string;
  /** The same struct always gets the same signature. */
  sign(struct: StructToSign): string;
}

/** Reads the key, or makes one at the first start. @throws GataError `invalid-settings` for a file that has none. */
export async function openReceiptKey(file: string): Promise<ReceiptKey> {
  const text = await readOrCreateSecret(file);
  try {
    const secret = hexToBytes(text);
    return { address: addressOfSecret(secret), sign: (struct) => signStruct(struct, secret) };
  } catch (cause) {
    throw new GataError(
      'invalid-settings',
      `${file} holds no receipt key. Restore it from a backup; with a new key every node reports that it changed.`,
      { cause },
    );
  }
}
