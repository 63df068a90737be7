import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { type StructToSign, structDigest } from './struct-digest.ts';

const SIGNATURE = /^0x[0-9a-f]{130}$/;

/**
 * The EIP-712 signature r ‖ s ‖ v, `0x` and 130 hexadecimal digits. The same struct and key always give the same one
 * (RFC 6979). @param secret 32 bytes.
 */
export function signStruct(struct: StructToSign, secret: Uint8Array): string {
  const signature = secp256k1.sign(structDigest(struct), secret, { prehash: false, format: 'recovered' });
  const recovery = signature[0] ?? 0;
  return `0x${bytesToHex(signature.subarray(1))}${(27 + recovery).toString(16)}`;
}

/** The address, lower case, whose key signed the struct; undefined when no key did. */
export function structSigner(struct: StructToSign, signature: string): string | undefined {
  if (!SIGNATURE.test(signature)) return undefined;
  const bytes = hexToBytes(signature.slice(2));
  const recovery = Uint8Array.of((bytes[64] ?? 0) - 27);
  try {
    const recovered = concatBytes(recovery, bytes.subarray(0, 64));
    const key = secp256k1.recoverPublicKey(recovered, structDigest(struct), { prehash: false });
    return addressOfKey(secp256k1.Point.fromBytes(key).toBytes(false));
  } catch {
    return undefined;
  }
}

/** The address, lower case, of a private key of 32 bytes. */
export function addressOfSecret(secret: Uint8Array): string {
  return addressOfKey(secp256k1.getPublicKey(secret, false));
}

/** Ethereum's address: the last 20 bytes of the hash of the uncompressed public key without its prefix. */
function addressOfKey(publicKey: Uint8Array): string {
  return `0x${bytesToHex(keccak_256(publicKey.subarray(1)).subarray(12))}`;
}
