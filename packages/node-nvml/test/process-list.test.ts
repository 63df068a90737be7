import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryStride } from '../src/process-list.ts';

const UNTOUCHED = 0xa5;

test.each([24, 32])('sees entries of %i bytes by where writing stopped', (stride) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 50 }), (count, spare) => {
      const entries = new Uint8Array((count + spare) * 32).fill(UNTOUCHED);
      // The last byte of an entry belongs to a number that is written as a whole.
      for (let index = 0; index < count; index += 1) entries.fill(0, index * stride, (index + 1) * stride);
      expect(entryStride(entries, count, UNTOUCHED)).toBe(stride);
    }),
  );
});

test('takes the usual size where a driver has written to the whole buffer', () => {
  expect(entryStride(new Uint8Array(10 * 32), 2, UNTOUCHED)).toBe(24);
});
