import { VdfError, type VdfSection, type VdfValue } from './vdf.ts';

/** What stands in a binary KeyValues file, in its order. */
export type BinaryVdfEvent =
  | { readonly kind: 'open'; readonly key: string }
  | { readonly kind: 'close' }
  /** Numbers are in decimal. */
  | { readonly kind: 'value'; readonly key: string; readonly value: string };

const DEPTH_LIMIT = 64;
const PAIRS_LIMIT = 200_000;

const SECTION = 0x00;
const STRING = 0x01;
const INT32 = 0x02;
const FLOAT32 = 0x03;
const POINTER = 0x04;
const WIDE_STRING = 0x05;
const COLOR = 0x06;
const UINT64 = 0x07;
const END = 0x08;
const INT64 = 0x0a;
const OTHER_END = 0x0b;

/**
 * Walks through Valve's binary KeyValues (`shortcuts.vdf`, entries of `appinfo.vdf`): a type byte, a key ended by zero,
 * a value; byte 8 ends a section. The format is not published; it is as ValveKeyValue (MIT) and SteamKit read it.
 * @param keys the string table of newer `appinfo.vdf` files, whose keys are 32-bit positions in it.
 * @throws VdfError
 */
export function* walkBinaryVdf(bytes: Buffer, keys?: readonly string[]): Generator<BinaryVdfEvent> {
  let at = 0;
  let depth = 0;
  const take = (length: number): number => {
    const from = at;
    if (from + length > bytes.length) throw new VdfError('cut off inside a value');
    at = from + length;
    return from;
  };
  const text = (): string => {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new VdfError('cut off inside a text');
    const found = bytes.toString('utf8', at, end);
    at = end + 1;
    return found;
  };
  const wideText = (): string => {
    for (let end = at; end + 1 < bytes.length; end += 2) {
      if (bytes.readUInt16LE(end) !== 0) continue;
      const found = bytes.toString('utf16le', at, end);
      at = end + 2;
      return found;
    }
    throw new VdfError('cut off inside a text');
  };
  const tableKey = (table: readonly string[]): string => {
    const key = table[bytes.readUInt32LE(take(4))];
    if (key === undefined) throw new VdfError('a key that the table of keys lacks');
    return key;
  };
  const value = (type: number): string => {
    switch (type) {
      case STRING:
        return text();
      case WIDE_STRING:
        return wideText();
      case INT32:
        return String(bytes.readInt32LE(take(4)));
      case FLOAT32:
        return String(bytes.readFloatLE(take(4)));
      case POINTER:
      case COLOR:
        return String(bytes.readUInt32LE(take(4)));
      case UINT64:
        return String(bytes.readBigUInt64LE(take(8)));
      case INT64:
        return String(bytes.readBigInt64LE(take(8)));
      default:
        throw new VdfError(`a value of the unknown type ${type}`);
    }
  };

  for (let pairs = 0; pairs <= PAIRS_LIMIT; pairs += 1) {
    // Some writers leave out the last end.
    if (at === bytes.length && depth === 0) return;
    const type = bytes.readUInt8(take(1));
    if (type === END || type === OTHER_END) {
      if (depth === 0) return;
      depth -= 1;
      yield { kind: 'close' };
      continue;
    }
    const key = keys === undefined ? text() : tableKey(keys);
    if (type === SECTION) {
      depth += 1;
      if (depth > DEPTH_LIMIT) throw new VdfError(`more than ${DEPTH_LIMIT} sections in each other`);
      yield { kind: 'open', key };
    } else {
      yield { kind: 'value', key, value: value(type) };
    }
  }
  throw new VdfError(`more than ${PAIRS_LIMIT} keys`);
}

/**
 * A whole binary KeyValues file, in the form of a text one.
 * @throws VdfError
 */
export function parseBinaryVdf(bytes: Buffer): VdfSection {
  const root = new Map<string, VdfValue>();
  const open: Map<string, VdfValue>[] = [root];
  for (const event of walkBinaryVdf(bytes)) {
    const section = open.at(-1) ?? root;
    if (event.kind === 'close') {
      open.pop();
      continue;
    }
    const key = event.key.toLowerCase();
    const value = event.kind === 'open' ? new Map<string, VdfValue>() : event.value;
    if (!section.has(key)) section.set(key, value);
    if (typeof value !== 'string') open.push(value);
  }
  return root;
}
