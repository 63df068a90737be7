const FAMILY_LOCAL = 256;
const FAMILY_WILD = 65_535;
const COOKIE = 'MIT-MAGIC-COOKIE-1';

/** What a client shows to a server. */
export interface X11Cookie {
  readonly name: string;
  readonly data: Buffer;
}

/**
 * Finds the cookie for a display in an authority file (Xau(3)): entries of a family and four counted strings
 * (address, display number, name, data), numbers in network order.
 * @returns Undefined when there is none; what stands behind a damaged entry is not read.
 */
export function findX11Cookie(file: Buffer, display: number, hostname: string): X11Cookie | undefined {
  let other: X11Cookie | undefined;
  for (const { family, address, number, name, data } of entriesOf(file)) {
    if (name.toString('latin1') !== COOKIE) continue;
    const shownNumber = number.toString('latin1');
    if (shownNumber !== '' && shownNumber !== String(display)) continue;
    const cookie = { name: COOKIE, data };
    if (family === FAMILY_WILD) return cookie;
    if (family === FAMILY_LOCAL && address.toString('utf8') === hostname) return cookie;
    // A machine that was renamed since keeps its old name in the file.
    if (family === FAMILY_LOCAL) other ??= cookie;
  }
  return other;
}

interface Entry {
  readonly family: number;
  readonly address: Buffer;
  readonly number: Buffer;
  readonly name: Buffer;
  readonly data: Buffer;
}

function* entriesOf(file: Buffer): Generator<Entry> {
  let offset = 0;
  const counted = (): Buffer | undefined => {
    if (offset + 2 > file.length) return undefined;
    const start = offset + 2;
    const end = start + file.readUInt16BE(offset);
    offset = end;
    return end > file.length ? undefined : file.subarray(start, end);
  };
  while (offset + 2 <= file.length) {
    const family = file.readUInt16BE(offset);
    offset += 2;
    const [address, number, name, data] = [counted(), counted(), counted(), counted()];
    if (address === undefined || number === undefined || name === undefined || data === undefined) return;
    yield { family, address, number, name, data };
  }
}
