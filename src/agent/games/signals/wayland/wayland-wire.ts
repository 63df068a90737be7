/**
 * Messages of the Wayland protocol (Wire Format of the Wayland book): object, then length and opcode in one
 * word, then arguments in words of the machine's byte order, which is little-endian wherever Gata runs.
 */
export interface WaylandEvent {
  readonly object: number;
  readonly opcode: number;
  readonly words: Buffer;
}

export function encodeRequest(
  object: number,
  opcode: number,
  ...values: readonly (number | string)[]
): Buffer {
  const body = Buffer.concat(values.map((value) => (typeof value === 'number' ? word(value) : text(value))));
  return Buffer.concat([word(object), word(((8 + body.length) << 16) | opcode), body]);
}

/** @throws Error when this is no message. */
export function waylandFraming(bytes: Buffer): number | undefined {
  if (bytes.length < 8) return undefined;
  const length = bytes.readUInt16LE(6);
  if (length < 8) throw new Error('a message shorter than its header');
  return length;
}

export function decodeEvent(message: Buffer): WaylandEvent {
  return {
    object: message.readUInt32LE(0),
    opcode: message.readUInt16LE(4),
    words: message.subarray(8),
  };
}

/** The text at an offset: its length with the zero byte behind it, and its bytes; `''` when it is cut off. */
export function textAt(words: Buffer, offset: number): string {
  if (offset + 4 > words.length) return '';
  const length = words.readUInt32LE(offset);
  return length === 0 ? '' : words.toString('utf8', offset + 4, Math.min(words.length, offset + 3 + length));
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(`${value}\0`, 'utf8');
  return Buffer.concat([word(bytes.length), bytes, Buffer.alloc(-bytes.length & 3)]);
}
