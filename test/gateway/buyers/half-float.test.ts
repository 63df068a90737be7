import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHalfBits } from '../../../src/gateway/buyers/half-float.ts';

/** The value of a half by IEEE 754's definition. */
function fromHalfBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('a half float', () => {
  it('is exact for every half there is', () => {
    for (let bits = 0; bits < 0x10000; bits += 1) {
      const value = fromHalfBits(bits);
      if (Number.isNaN(value)) continue;
      expect(toHalfBits(value)).toBe(bits);
    }
    expect(fromHalfBits(toHalfBits(Number.NaN))).toBeNaN();
  });

  it('is the nearest one, to even when two are as near', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7bfe }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bits, part) => {
          const low = fromHalfBits(bits);
          const high = fromHalfBits(bits + 1);
          const value = low + (high - low) * part;
          const even = bits % 2 === 0 ? bits : bits + 1;
          const middle = (low + high) / 2;
          const nearest = value < middle ? bits : value > middle ? bits + 1 : even;
          expect(toHalfBits(value)).toBe(nearest);
          expect(toHalfBits(-value)).toBe(nearest | 0x8000);
        },
      ),
    );
    expect(toHalfBits(65519)).toBe(0x7bff);
    expect(toHalfBits(65520)).toBe(0x7c00);
  });
});
