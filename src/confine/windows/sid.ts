import { createHash } from 'node:crypto';

/** Who a security identifier stands for, as Windows writes it: `S-1-…`. */
export type Sid = string;

export const EVERYONE: Sid = 'S-1-1-0';
export const INTERACTIVE: Sid = 'S-1-5-4';
export const AUTHENTICATED_USERS: Sid = 'S-1-5-11';
export const RESTRICTED_CODE: Sid = 'S-1-5-12';
export const USERS: Sid = 'S-1-5-32-545';
export const LOW_INTEGRITY: Sid = 'S-1-16-4096';

const SID = /^S-1-\d+(-\d+)*$/;

/**
 * The binary form: revision, count, a six-byte authority with the highest byte first, and sub-authorities of
 * four bytes each with the lowest first ([MS-DTYP] 2.4.2.2).
 */
export function encodeSid(sid: Sid): Buffer {
  const [, , authority, ...parts] = sid.split('-');
  if (!SID.test(sid) || authority === undefined || parts.length > 15) {
    throw new RangeError(`${sid} is no security identifier.`);
  }
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(Number(authority), 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(Number(part), 8 + 4 * index);
  return bytes;
}

/** Reads the binary form at `start`; what follows it is left alone. */
export function decodeSid(bytes: Buffer, start = 0): Sid {
  const count = bytes.readUInt8(start + 1);
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(start + 8 + 4 * index));
  return ['S', bytes.readUInt8(start), bytes.readUIntBE(start + 2, 6), ...parts].join('-');
}

/**
 * The SID of an AppContainer: the first seven words of the SHA-256 of its name in lower case, in UTF-16. That is
 * what DeriveAppContainerSidFromAppContainerName answers; seen with the SID of a known package.
 */
export function containerSid(name: string): Sid {
  return ['S-1-15-2', ...hashWords(name.toLowerCase()).slice(0, 7)].join('-');
}

/**
 * The SID of a capability by name: all eight words of the SHA-256 of the name in upper case, in UTF-16. That is
 * what DeriveCapabilitySidsFromName answers; seen with the SID of `registryRead`. A capability of our own gives
 * a container no rights but those that we grant to it.
 */
export function capabilitySid(name: string): Sid {
  return ['S-1-15-3-1024', ...hashWords(name.toUpperCase())].join('-');
}

/** A SID of our own for the list of restricting SIDs, in the form that accounts have, which Windows takes there. */
export function restrictingSid(name: string): Sid {
  return ['S-1-5-21', ...hashWords(name.toUpperCase()).slice(0, 4)].join('-');
}

function hashWords(text: string): number[] {
  const hash = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest();
  return Array.from({ length: 8 }, (_, index) => hash.readUInt32LE(4 * index));
}
