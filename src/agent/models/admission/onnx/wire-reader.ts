import type { ByteSource } from './byte-source.ts';

/** A file that is not in protobuf's wire format; nothing after this place can be read. */
export class WireError extends Error {
  /** In bytes from the start of the file. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const LARGEST_WINDOW = 1024 * 1024;
/** After a jump over weights there is usually only a little to read before the next. */
const WINDOW_AFTER_JUMP = 16 * 1024;
const VARINT_BYTES = 10;
const UINT32 = 2 ** 32;

/**
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) from a source, through a window of at
 * most 1 MiB; what is skipped is not read.
 */
export class WireReader {
  readonly #source: ByteSource;
  readonly #window: Uint8Array;
  /** Where the window starts in the source, how much of it is filled, and where in it is read. */
  #start = 0;
  #filled = 0;
  #at = 0;
  #nextFill: number;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#nextFill = Math.min(LARGEST_WINDOW, Math.max(1, source.size));
    this.#window = new Uint8Array(this.#nextFill);
  }

  get size(): number {
    return this.#source.size;
  }

  get position(): number {
    return this.#start + this.#at;
  }

  /** The next byte. @throws WireError at the end of the file. */
  #byte(): number {
    if (this.#at >= this.#filled) this.#fill();
    const byte = this.#window[this.#at];
    if (byte === undefined) throw new WireError('The file ends in the middle of a field.', this.position);
    this.#at += 1;
    return byte;
  }

  /**
   * A varint as a signed 64-bit number; beyond 2^53 it is rounded, which no limit admits anyway.
   * @throws WireError for more than 10 bytes or 64 bits.
   */
  varint(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let low = first & 0x7f;
    let high = 0;
    for (let index = 1; index < VARINT_BYTES; index += 1) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 0x80) {
        if (index === VARINT_BYTES - 1 && byte > 1) break;
        return (high | 0) * UINT32 + (low >>> 0);
      }
    }
    throw new WireError('A number has more than 64 bits.', this.position);
  }

  /** A varint that must be a length or tag: not negative. */
  length(): number {
    const value = this.varint();
    if (value < 0) throw new WireError('A length is negative.', this.position);
    return value;
  }

  /** Passes over `bytes`, which the caller has checked to be in the file. */
  skip(bytes: number): void {
    const at = this.#at + bytes;
    if (at <= this.#filled) {
      this.#at = at;
      return;
    }
    this.#start += at;
    this.#at = 0;
    this.#filled = 0;
    if (bytes > WINDOW_AFTER_JUMP) this.#nextFill = Math.min(WINDOW_AFTER_JUMP, this.#window.byteLength);
  }

  /** The next `bytes` (at most the window's size) as a view that holds until the next call. */
  take(bytes: number): Uint8Array {
    if (this.#at + bytes > this.#filled) this.#refillFor(bytes);
    const view = this.#window.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    return view;
  }

  /** Counts the varints in the next `bytes`. @throws WireError when one is cut or too long. */
  countVarints(bytes: number): number {
    let left = bytes;
    let count = 0;
    let run = 0;
    while (left > 0) {
      if (this.#at >= this.#filled) this.#fill();
      const end = Math.min(this.#filled, this.#at + left);
      if (end === this.#at) throw new WireError('The file ends in the middle of a field.', this.position);
      left -= end - this.#at;
      for (let at = this.#at; at < end; at += 1) {
        run += 1;
        if ((this.#window[at] ?? 0) < 0x80) {
          count += 1;
          run = 0;
        } else if (run >= VARINT_BYTES)
          throw new WireError('A number has more than 64 bits.', this.#start + at);
      }
      this.#at = end;
    }
    if (run > 0) throw new WireError('A number is cut off by the end of its field.', this.position);
    return count;
  }

  /** Makes the window continue where reading has come to. */
  #fill(): void {
    this.#start += this.#at;
    this.#at = 0;
    const wanted = Math.min(this.#nextFill, this.#window.byteLength);
    this.#filled = this.#source.read(this.#start, this.#window.subarray(0, wanted));
    this.#nextFill = Math.min(wanted * 4, this.#window.byteLength);
  }

  #refillFor(bytes: number): void {
    this.#nextFill = Math.max(this.#nextFill, bytes);
    this.#fill();
    if (this.#filled < bytes) throw new WireError('The file ends in the middle of a field.', this.position);
  }
}
