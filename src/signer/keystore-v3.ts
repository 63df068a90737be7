import {
  createCipheriv,
  createDecipheriv,
  pbkdf2,
  randomBytes,
  randomUUID,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { computeAddress, getBytes, hexlify, keccak256 } from 'ethers';
import { GataError } from '../shared/gata-error.ts';
import { type KeystoreFile, parseKeystoreFile } from '../shared/keystore-file.ts';

const deriveByPbkdf2 = promisify(pbkdf2);

/** The format's own recommendation, halved in n: 128 MiB, and well under a second where geth's takes one. */
const SCRYPT = { n: 131_072, r: 8, p: 1 };
const DERIVED_BYTES = 32;
const CIPHER = 'aes-128-ctr';
const WRONG_PASSWORD =
  'The password is wrong. If you are sure of it, the wallet file may be damaged: restore a backup.';

export interface OpenKeystore {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** With its checksum. */
  readonly address: string;
}

/** @returns the text of a file that any wallet opens with the password. */
export async function encryptKeystore(privateKey: Uint8Array, password: string): Promise<string> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const derived = await deriveByScrypt(passwordBytes(password), salt, SCRYPT);
  const cipher = createCipheriv(CIPHER, derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  const file: KeystoreFile = {
    version: 3,
    id: randomUUID(),
    address: addressOf(privateKey).slice(2).toLowerCase(),
    crypto: {
      cipher: CIPHER,
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: 'scrypt',
      kdfparams: { dklen: DERIVED_BYTES, ...SCRYPT, salt: salt.toString('hex') },
      mac: macOf(derived, ciphertext).toString('hex'),
    },
  };
  derived.fill(0);
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * @throws GataError `wrong-password`; `wallet-damaged` when the text is no keystore, or holds another key than it
 * says.
 */
export async function decryptKeystore(text: string, password: string): Promise<OpenKeystore> {
  const parsed = parseKeystoreFile(text);
  if ('problem' in parsed) {
    throw new GataError('wallet-damaged', `This is no usable wallet file (${parsed.problem}).`);
  }
  const { keystore } = parsed;
  const privateKey = await open(keystore, password);
  if (privateKey === undefined) throw new GataError('wrong-password', WRONG_PASSWORD);
  const address = addressOf(privateKey);
  if (keystore.address !== undefined && !sameHex(keystore.address, address)) {
    throw new GataError('wallet-damaged', `The wallet file names ${keystore.address} but holds ${address}.`);
  }
  return { privateKey, address };
}

export function addressOf(privateKey: Uint8Array): string {
  return computeAddress(hexlify(privateKey));
}

/** undefined: the password is wrong. */
async function open(keystore: KeystoreFile, password: string): Promise<Uint8Array | undefined> {
  const ciphertext = fromHex(keystore.crypto.ciphertext);
  for (const bytes of passwordForms(password)) {
    const derived = await derive(keystore, bytes);
    const isRight = timingSafeEqual(macOf(derived, ciphertext), fromHex(keystore.crypto.mac));
    if (isRight) {
      const iv = fromHex(keystore.crypto.cipherparams.iv);
      const decipher = createDecipheriv(CIPHER, derived.subarray(0, 16), iv);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    }
  }
  return undefined;
}

function derive({ crypto }: KeystoreFile, password: Buffer): Promise<Buffer> {
  const salt = fromHex(crypto.kdfparams.salt);
  if (crypto.kdf === 'scrypt') return deriveByScrypt(password, salt, crypto.kdfparams);
  return deriveByPbkdf2(password, salt, crypto.kdfparams.c, DERIVED_BYTES, 'sha256');
}

function deriveByScrypt(
  password: Buffer,
  salt: Buffer,
  { n, r, p }: { n: number; r: number; p: number },
): Promise<Buffer> {
  // Node refuses a derivation that takes more than this; the schema bounds it.
  const options = { N: n, r, p, maxmem: 128 * r * (n + p + 2) };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, DERIVED_BYTES, options, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    );
  });
}

/** As ethers and most wallets do it, so that one keyboard's accents are another's. */
function passwordBytes(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8');
}

/** geth takes the characters as they were typed. */
function passwordForms(password: string): Buffer[] {
  const normal = passwordBytes(password);
  const typed = Buffer.from(password, 'utf8');
  return normal.equals(typed) ? [normal] : [normal, typed];
}

function macOf(derived: Buffer, ciphertext: Buffer): Buffer {
  return Buffer.from(getBytes(keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext]))));
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replace(/^0x/, ''), 'hex');
}

function sameHex(one: string, other: string): boolean {
  return fromHex(one).equals(fromHex(other));
}
