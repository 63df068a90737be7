import { describe, expect, it } from 'vitest';
import { admissionTargets } from './admission.ts';
import { fuzz } from './campaign.ts';
import { FRAME_TARGETS } from './frames.ts';

const PER_TARGET_MS = 2000;
/** Of processor time. */
const SLOWEST_MS = 1000;

describe('fuzzing', () => {
  it.each([...admissionTargets(), ...FRAME_TARGETS])('finds nothing in $name', (target) => {
    const seed = Date.now() % 2 ** 31;
    const result = fuzz(target, { seed, inputs: 20_000, longestMs: PER_TARGET_MS, guidedInputs: 0 });
    expect(result.crashes, `seed ${seed}`).toEqual([]);
    expect(result.slowestMs, `seed ${seed}`).toBeLessThan(SLOWEST_MS);
    expect(result.inputs).toBeGreaterThan(0);
  });
});
