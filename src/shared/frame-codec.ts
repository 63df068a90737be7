import { decode, encode } from '@msgpack/msgpack';
import { checkMessage } from './check-message.ts';

/** A frame is a little-endian u32 byte count, then that many bytes of MessagePack. */
const HEADER_BYTES = 4;
export const FRAME_BYTES_LIMIT = 256 * 1024 * 1024;

/** MessagePack of plain data; `undefined` fields are left out. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { ignoreUndefined: true });
}

/**
 * The data of a MessagePack message. Byte fields are views of `bytes`.
 * @throws RangeError or Error when the bytes are not exactly one MessagePack value, or hold more than a message may.
 */
export function decodeMessage(bytes: Uint8Array): unknown {
  checkMessage(bytes);
  return decode(bytes);
}

/** @throws RangeError when the message is over FRAME_BYTES_LIMIT. */
export function encodeFrame(message: unknown): Buffer {
  const body = encodeMessage(message);
  if (body.byteLength > FRAME_BYTES_LIMIT) throw new RangeError('The message is too large for a frame.');
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.byteLength);
  frame.writeUInt32LE(body.byteLength, 0);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Turns a byte stream cut anywhere into the messages of its frames. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #buffered = 0;

  /**
   * Takes the next bytes and returns the messages they complete.
   * @throws RangeError when a frame announces more than FRAME_BYTES_LIMIT; Error when a body is malformed.
   */
  push(bytes: Uint8Array): unknown[] {
    this.#parts.push(bytes);
    this.#buffered += bytes.byteLength;
    const messages: unknown[] = [];
    for (;;) {
      const length = this.#peekLength();
      if (length === undefined || this.#buffered < HEADER_BYTES + length) return messages;
      const frame = this.#take(HEADER_BYTES + length);
      messages.push(decodeMessage(frame.subarray(HEADER_BYTES)));
    }
  }

  #peekLength(): number | undefined {
    if (this.#buffered < HEADER_BYTES) return undefined;
    const first = this.#parts[0];
    if (first !== undefined && first.byteLength < HEADER_BYTES) this.#parts = [Buffer.concat(this.#parts)];
    const head = this.#parts[0] ?? new Uint8Array(HEADER_BYTES);
    const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0, true);
    if (length > FRAME_BYTES_LIMIT) throw new RangeError(`A frame announces ${length} bytes.`);
    return length;
  }

  #take(count: number): Uint8Array {
    const first = this.#parts[0];
    const all = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    this.#parts = all.byteLength > count ? [all.subarray(count)] : [];
    this.#buffered -= count;
    return all.subarray(0, count);
  }
}
