import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, MemorySource } from '../../../../src/agent/models/admission/onnx/byte-source.ts';
import { WireError, WireReader } from '../../../../src/agent/models/admission/onnx/wire-reader.ts';
import { varint } from '../../../fuzz/corpus/onnx-writer.ts';

const reader = (bytes: readonly number[]) => new WireReader(new MemorySource(Uint8Array.from(bytes)));

/** A source that says which bytes were wanted. */
class WatchedSource implements ByteSource {
  readonly #inner: ByteSource;
  largestRead = 0;
  bytesRead = 0;

  constructor(inner: ByteSource) {
    this.#inner = inner;
  }

  get size(): number {
    return this.#inner.size;
  }

  read(offset: number, into: Uint8Array): number {
    this.largestRead = Math.max(this.largestRead, into.byteLength);
    this.bytesRead += into.byteLength;
    return this.#inner.read(offset, into);
  }
}

describe('reading the wire format', () => {
  it('reads every signed number of 64 bits back, rounded as a number is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 50 }),
        (numbers) => {
          const read = reader(numbers.flatMap(varint));
          expect(numbers.map(() => read.varint())).toEqual(numbers.map(Number));
        },
      ),
    );
  });

  it('counts as many varints as there are, wherever the window ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 200 }),
        fc.nat(500),
        (numbers, skipped) => {
          const bytes = numbers.flatMap(varint);
          const read = reader([...new Array<number>(skipped).fill(0), ...bytes]);
          read.skip(skipped);
          expect(read.countVarints(bytes.length)).toBe(numbers.length);
        },
      ),
    );
  });

  it('refuses numbers of more than 64 bits and those that are cut off', () => {
    expect(() => reader(new Array<number>(10).fill(0xff)).varint()).toThrow(WireError);
    expect(() => reader([...new Array<number>(9).fill(0x80), 2]).varint()).toThrow(WireError);
    expect(() => reader([0x80]).varint()).toThrow(WireError);
    expect(() => reader([0x80, 0x80]).countVarints(2)).toThrow(WireError);
    expect(() => reader([1, 2]).countVarints(3)).toThrow(WireError);
    expect(() => reader([1]).take(2)).toThrow(WireError);
  });

  it('does not read what is skipped, and never more than 1 MiB at once', () => {
    const bytes = new Uint8Array(64 * 1024 * 1024);
    bytes.set([1], bytes.length - 1);
    const source = new WatchedSource(new MemorySource(bytes));
    const read = new WireReader(source);
    expect(read.varint()).toBe(0);
    read.skip(bytes.length - 2);
    expect(read.varint()).toBe(1);
    expect(source.largestRead).toBeLessThanOrEqual(1024 * 1024);
    expect(source.bytesRead).toBeLessThan(2 * 1024 * 1024);
  });
});
