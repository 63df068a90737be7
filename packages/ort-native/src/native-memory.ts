import koffi from 'koffi';

const TWO_TO_32 = 2 ** 32;
const WORD_BYTES = 8;
/** V8 keeps an ArrayBuffer of any size outside its heap; one of zero bytes has no address. */
const LEAST_BYTES = 8;

/**
 * Memory that native code reads and writes. Addresses are plain numbers (exact: user space ends below 2^53), so that
 * a call takes `address + offset` and allocates nothing. The memory stays where it is while this object is referenced.
 */
export class NativeMemory {
  readonly address: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;

  constructor(size: number) {
    const buffer = new ArrayBuffer(Math.max(size, LEAST_BYTES));
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.address = addressOf(this.bytes);
  }

  get size(): number {
    return this.bytes.length;
  }

  int32(offset: number): number {
    return this.view.getInt32(offset, true);
  }

  int64(offset: number): number {
    return Number(this.view.getBigInt64(offset, true));
  }

  /** A pointer or a `size_t`. */
  word(offset: number): number {
    return this.view.getUint32(offset + 4, true) * TWO_TO_32 + this.view.getUint32(offset, true);
  }

  /** A pointer or a `size_t`. */
  setWord(offset: number, value: number): void {
    this.view.setUint32(offset, value % TWO_TO_32, true);
    this.view.setUint32(offset + 4, value / TWO_TO_32, true);
  }

  setInt64(offset: number, value: number): void {
    this.view.setBigInt64(offset, BigInt(value), true);
  }
}

/** Where an array's bytes lie. Asking for the buffer first moves what V8 keeps in its own heap to where it stays. */
export function addressOf(bytes: ArrayBufferView): number {
  return bytes.buffer.byteLength === 0 ? 0 : Number(koffi.address(bytes));
}

/** The pointers, or sizes, of an array in native memory. One by one: koffi keeps every array type for ever. */
export function wordsAt(address: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number(koffi.decode.uint64(BigInt(address + index * WORD_BYTES))),
  );
}

/** A C string in UTF-8; undefined for a null pointer. */
export function textAt(address: number): string | undefined {
  return address === 0 ? undefined : koffi.decode.string(BigInt(address));
}

/** C strings that stay where they are. */
export class NativeTexts {
  /** By text. */
  readonly addresses: ReadonlyMap<string, number>;
  readonly #memory: NativeMemory;

  constructor(texts: readonly string[]) {
    const encoded = texts.map((text) => Buffer.from(`${text}\0`, 'utf8'));
    this.#memory = new NativeMemory(encoded.reduce((sum, { length }) => sum + length, 0));
    const addresses = new Map<string, number>();
    let offset = 0;
    for (const [index, text] of texts.entries()) {
      const bytes = encoded[index] ?? Buffer.of(0);
      this.#memory.bytes.set(bytes, offset);
      addresses.set(text, this.#memory.address + offset);
      offset += bytes.length;
    }
    this.addresses = addresses;
  }
}
