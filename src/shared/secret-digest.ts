import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a token, key or password: what is kept and compared in its place. */
export function secretDigest(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * Whether two digests of `secretDigest` are the same, in a time that does not tell how much of them is. The one
 * comparison of secrets in the agent and the gateway.
 */
export function isSameSecret(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}
