import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FinishedJob, isEnough, percentile } from '../../scripts/start/summary.ts';

const job = (kind: FinishedJob['kind']): FinishedJob => ({ kind, tokens: 0, latencyMs: 1 });

describe('percentile', () => {
  it('is a value of the list that the share of values does not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const result = percentile(values, share);
          expect(values).toContain(result);
          expect(values.filter((value) => value <= result).length).toBeGreaterThanOrEqual(
            share * values.length,
          );
        },
      ),
    );
  });

  it('is not a number without values', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('isEnough', () => {
  it('wants 20 jobs of at least three kinds', () => {
    const twoKinds = Array.from({ length: 30 }, (_, index) =>
      job(index % 2 === 0 ? 'embedding' : 'onnx.run'),
    );
    expect(isEnough(twoKinds)).toBe(false);
    expect(isEnough([...twoKinds, job('text.generate')])).toBe(true);
    expect(isEnough([job('embedding'), job('onnx.run'), job('text.generate')])).toBe(false);
  });
});
