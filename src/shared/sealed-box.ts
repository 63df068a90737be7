import { z } from 'zod';

/**
 * Secrets between the user's screen and the signer, sealed so that the agent between them, and its memory, hold
 * only what it cannot read: ECDH on P-256 with a key of its own for each box, HKDF-SHA-256, AES-256-GCM. By Web
 * Crypto, which browsers and Node have. It does not protect from an agent that is itself malicious: that could name
 * another key as the signer's.
 */

/** The 65 bytes of an uncompressed point, in base64. */
export const publicBoxKeySchema = z.base64().length(88);

export const sealedBoxSchema = z.strictObject({
  /** The sender's key for this box. */
  from: publicBoxKeySchema,
  nonce: z.base64().length(16),
  content: z.base64().max(140_000),
});
export type SealedBox = z.infer<typeof sealedBoxSchema>;

export interface BoxKeys {
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const NONCE_BYTES = 12;

export async function createBoxKeys(): Promise<BoxKeys> {
  const keys = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const point = await crypto.subtle.exportKey('raw', keys.publicKey);
  return { publicKey: toBase64(new Uint8Array(point)), privateKey: keys.privateKey };
}

/** @param purpose what the box is for: one that was sealed for another purpose cannot be opened. */
export async function seal(
  content: Uint8Array<ArrayBuffer>,
  recipient: string,
  purpose: string,
): Promise<SealedBox> {
  const keys = await createBoxKeys();
  const key = await sharedKey(keys.privateKey, recipient, keys.publicKey, recipient);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(cipher(nonce, purpose), key, content);
  return { from: keys.publicKey, nonce: toBase64(nonce), content: toBase64(new Uint8Array(sealed)) };
}

/** @throws DOMException `OperationError` for a box that is not for these keys and this purpose, or was changed. */
export async function unseal(
  box: SealedBox,
  keys: BoxKeys,
  purpose: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await sharedKey(keys.privateKey, box.from, box.from, keys.publicKey);
  const opened = await crypto.subtle.decrypt(
    cipher(fromBase64(box.nonce), purpose),
    key,
    fromBase64(box.content),
  );
  return new Uint8Array(opened);
}

/** The key that only the two sides can compute; both public keys are bound to it. */
async function sharedKey(
  own: CryptoKey,
  others: string,
  sender: string,
  recipient: string,
): Promise<CryptoKey> {
  const point = await crypto.subtle.importKey('raw', fromBase64(others), CURVE, false, []);
  const bits = await crypto.subtle.deriveBits({ name: 'ECDH', public: point }, own, 256);
  const material = await crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  const salt = new TextEncoder().encode(sender + recipient);
  const info = new TextEncoder().encode('gata sealed box 1');
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

function cipher(iv: Uint8Array<ArrayBuffer>, purpose: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(purpose) };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
