/**
 * Requests of the X protocol, version 11, in little-endian byte order (X Window System Protocol, appendix B).
 * A request is a code, a byte of data, its length in units of four bytes, and the rest.
 */
function request(code: number, data: number, ...rest: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * rest.length);
  bytes.writeUInt8(code, 0);
  bytes.writeUInt8(data, 1);
  bytes.writeUInt16LE(1 + rest.length, 2);
  for (const [index, word] of rest.entries()) bytes.writeUInt32LE(word >>> 0, 4 + 4 * index);
  return bytes;
}

function named(code: number, data: number, name: string): Buffer {
  const text = Buffer.from(name, 'latin1');
  const words = Math.ceil(text.length / 4);
  const bytes = request(code, data, text.length, ...Array<number>(words).fill(0));
  text.copy(bytes, 8);
  return bytes;
}

export const EVENT_MASK = { structureNotify: 0x2_0000, propertyChange: 0x40_0000 } as const;

export const internAtom = (name: string): Buffer => named(16, 0, name);

export const queryExtension = (name: string): Buffer => named(98, 0, name);

/** Asks to be told of events of a window; each client has its own mask for each window. */
export const selectEvents = (window: number, mask: number): Buffer => request(2, 0, window, 0x800, mask);

/** Asks for at most `words` times four bytes of a property of any type. */
export const getProperty = (window: number, property: number, words: number): Buffer =>
  request(20, 0, window, property, 0, 0, words);

export const getGeometry = (window: number): Buffer => request(14, 0, window);

/** Where a window's upper left corner lies on the root window. */
export const translateOrigin = (window: number, root: number): Buffer => request(40, 0, window, root, 0);

/** A request of an extension: its own code stands where core requests have a byte of data. */
export const extensionRequest = (major: number, minor: number, ...rest: readonly number[]): Buffer =>
  request(major, minor, ...rest);
