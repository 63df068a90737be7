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
  readonly view: DataView;

  /** @param size bytes; at least 1024 are taken, so that V8 keeps the memory outside its heap */
  constructor(size: number) {
    const buffer = new ArrayBuffer(Math.max(size, 1024));
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.address = Number(koffi.address(this.bytes));
  }

  get size(): number {
    return this.bytes.length;
  }

  uint32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  int32(offset: number): number {
    return this.view.getInt32(offset, true);
  }

  uint32OrNull(offset: number): number | null {
    return uint32At(this.view, offset);
  }

  /** Exact below 2^53. */
  uint64(offset: number): number {
    return this.view.getUint32(offset + 4, true) * TWO_TO_32 + this.view.getUint32(offset, true);
  }

  uint64OrNull(offset: number): number | null {
    return uint64At(this.view, offset);
  }

  int64(offset: number): number {
    return Number(this.view.getBigInt64(offset, true));
  }

  float64(offset: number): number {
    return this.view.getFloat64(offset, true);
  }

  setUint32(offset: number, value: number): void {
    this.view.setUint32(offset, value, true);
  }

  /** A C string of at most `length` bytes. */
  text(offset: number, length: number): string {
    const slice = this.bytes.subarray(offset, offset + length);
    const end = slice.indexOf(0);
    return Buffer.from(slice.subarray(0, end < 0 ? length : end)).toString('utf8');
  }
}

/** All ones, which NVML means as "not available", become null. */
export function uint32At(view: DataView, offset: number): number | null {
  const value = view.getUint32(offset, true);
  return value === UINT32_MAXIMUM ? null : value;
}

/** The same for 64 bits. Exact below 2^53. */
export function uint64At(view: DataView, offset: number): number | null {
  const high = view.getUint32(offset + 4, true);
  const low = view.getUint32(offset, true);
  return high === UINT32_MAXIMUM && low === UINT32_MAXIMUM ? null : high * TWO_TO_32 + low;
}
