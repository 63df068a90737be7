import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { FRAME_TARGETS } from '../fuzz/frames.ts';
import { RandomSource } from '../fuzz/fuzz-target.ts';

const INPUTS = 20_000;
/** The same inputs every time; `npm run fuzz:long` takes others. */
const SEED = 20_261_120;
/** A refusal takes microseconds; a busy machine may stop the whole process for a while. */
const HANG_MS = 5000;

describe.each(FRAME_TARGETS)('$name', ({ feed }) => {
  it('are read or refused, whatever is in them', () => {
    const random = new RandomSource(SEED);
    let slowestMs = 0;
    for (let input = 0; input < INPUTS; input++) {
      const startMs = performance.now();
      feed(random);
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
    }
    expect(slowestMs).toBeLessThan(HANG_MS);
  });
});
