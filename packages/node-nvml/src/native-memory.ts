import koffi from 'koffi';

const UINT32_MAXIMUM = 0xffff_ffff;
const TWO_TO_32 = 2 ** 32;

/**
 * Memory that calls write to. Addresses are plain numbers, so that a call takes `memory.address + offset` and
 * allocates nothing: an ArrayBuffer of this size lies outside V8's heap and never moves while it is referenced.
 */
export class NativeMemory {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly #uint32: Uint32Array;
  readonly #int32: Int32Array;
  readonly #view: DataView;

  /** @param size bytes; at least 1024, so that V8 keeps the memory outside its heap. */
  constructor(size: number) {
    const buffer = new ArrayBuffer(Math.ceil(Math.max(size, 1024) / 8) * 8);
    this.bytes = new Uint8Array(buffer);
    this.#uint32 = new Uint32Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#view = new DataView(buffer);
    this.address = Number(koffi.address(this.bytes));
  }

  get size(): number {
    return this.bytes.length;
  }

  uint32(offset: number): number {
    return this.#uint32[offset >>> 2] ?? 0;
  }

  int32(offset: number): number {
    return this.#int32[offset >>> 2] ?? 0;
  }

  /** All ones, which NVML means as "not available", become null. */
  uint32OrNull(offset: number): number | null {
    const value = this.uint32(offset);
    return value === UINT32_MAXIMUM ? null : value;
  }

  /** Exact below 2^53. */
  uint64(offset: number): number {
    return this.uint32(offset + 4) * TWO_TO_32 + this.uint32(offset);
  }

  uint64OrNull(offset: number): number | null {
    const high = this.uint32(offset + 4);
    const low = this.uint32(offset);
    return high === UINT32_MAXIMUM && low === UINT32_MAXIMUM ? null : high * TWO_TO_32 + low;
  }

  uint64Exact(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }

  int64(offset: number): number {
    return Number(this.#view.getBigInt64(offset, true));
  }

  float64(offset: number): number {
    return this.#view.getFloat64(offset, true);
  }

  setUint32(offset: number, value: number): void {
    this.#uint32[offset >>> 2] = value;
  }

  setUint64(offset: number, value: bigint): void {
    this.#view.setBigUint64(offset, value, true);
  }

  /** A C string of at most `length` bytes. */
  text(offset: number, length: number): string {
    const slice = this.bytes.subarray(offset, offset + length);
    const end = slice.indexOf(0);
    return Buffer.from(slice.subarray(0, end < 0 ? length : end)).toString('utf8');
  }
}
