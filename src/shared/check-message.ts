/** Items that a message may hold, those of nested lists included: what it takes in memory is a multiple of them. */
export const MESSAGE_ITEMS_LIMIT = 4 * 1024 * 1024;
/** Lists within lists; our messages have fewer than ten. */
export const MESSAGE_DEPTH_LIMIT = 32;

/** How many bytes after the first one tell a length, by the first byte; the data follow. */
const LENGTH_BYTES: Readonly<Record<number, 1 | 2 | 4>> = {
  ...{ 196: 1, 197: 2, 198: 4, 217: 1, 218: 2, 219: 4 },
  ...{ 199: 1, 200: 2, 201: 4 },
  ...{ 220: 2, 221: 4, 222: 2, 223: 4 },
};
/** What follows the first byte of values of a fixed size: numbers, and extensions with their type. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  ...{ 192: 0, 194: 0, 195: 0, 202: 4, 203: 8 },
  ...{ 204: 1, 205: 2, 206: 4, 207: 8, 208: 1, 209: 2, 210: 4, 211: 8 },
  ...{ 212: 2, 213: 3, 214: 5, 215: 9, 216: 17 },
};

interface Item {
  /** Of what follows the first byte, list items aside. */
  readonly bytes: number;
  /** That belong to it: elements of an array, keys and values of a map. */
  readonly items: number;
}

/**
 * Walks over a MessagePack value without making anything of it. A decoder makes room for as many items as a list
 * announces before it sees them, so that a few bytes could ask for all the memory there is.
 * The format: https://github.com/msgpack/msgpack/blob/master/spec.md
 * @throws RangeError when items are missing, or there are too many, or lists are nested too deep.
 */
export function checkMessage(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Items still to come, by depth. */
  const open = [1];
  let total = 1;
  let at = 0;
  while (open.length > 0) {
    const left = open.pop() ?? 0;
    if (left === 0) continue;
    open.push(left - 1);
    if (at >= bytes.byteLength) throw new RangeError('The message ends early.');
    const { bytes: length, items } = itemAt(view, at);
    at += 1 + length;
    if (at > bytes.byteLength) throw new RangeError('The message ends early.');
    if (items === 0) continue;
    total += items;
    // Each takes at least one byte.
    if (items > bytes.byteLength - at) throw new RangeError('A list of the message announces too much.');
    if (total > MESSAGE_ITEMS_LIMIT) throw new RangeError('The message has too many items.');
    if (open.length > MESSAGE_DEPTH_LIMIT) throw new RangeError('The message is nested too deep.');
    open.push(items);
  }
}

function itemAt(view: DataView, at: number): Item {
  const first = view.getUint8(at);
  if (first <= 0x7f || first >= 0xe0) return { bytes: 0, items: 0 };
  if (first <= 0x8f) return { bytes: 0, items: 2 * (first & 0x0f) };
  if (first <= 0x9f) return { bytes: 0, items: first & 0x0f };
  if (first <= 0xbf) return { bytes: first & 0x1f, items: 0 };
  const fixed = FIXED_BYTES[first];
  if (fixed !== undefined) return { bytes: fixed, items: 0 };
  const width = LENGTH_BYTES[first];
  if (width === undefined) throw new RangeError('The message is malformed.');
  if (at + width >= view.byteLength) throw new RangeError('The message ends early.');
  const length = readLength(view, at + 1, width);
  if (first >= 0xde) return { bytes: width, items: 2 * length };
  if (first >= 0xdc) return { bytes: width, items: length };
  // An extension has its type before its data.
  return { bytes: width + length + (first >= 0xc7 && first <= 0xc9 ? 1 : 0), items: 0 };
}

function readLength(view: DataView, at: number, width: 1 | 2 | 4): number {
  if (width === 1) return view.getUint8(at);
  return width === 2 ? view.getUint16(at) : view.getUint32(at);
}
