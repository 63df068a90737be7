import { describe, expect, it } from 'vitest';
import { philox2x32, uniformAt } from '../../../src/workers/text/counter-random.ts';

describe('philox2x32', () => {
  it('gives the known answers that its authors published', () => {
    expect(philox2x32(0, 0, 0)).toEqual([0xff1dae59, 0x6cd10df2]);
    expect(philox2x32(0xffffffff, 0xffffffff, 0xffffffff)).toEqual([0x2c3f628b, 0xab4fd7ad]);
    expect(philox2x32(0x243f6a88, 0x85a308d3, 0x13198a2e)).toEqual([0xdd7ce038, 0xf62a4c12]);
  });
});

describe('uniformAt', () => {
  it('is uniform in [0, 1)', () => {
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 20_000; index++) {
      const cell = Math.floor(uniformAt(42, index) * 10);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(250);
  });

  it('depends on every bit of a large seed', () => {
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => uniformAt(seed, 5))).size).toBe(seeds.length);
  });
});
