import { describe, expect, it } from 'vitest';
import { memoryOverrun } from '../../../src/agent/jobs/worker-memory-budget.ts';
import { gpuSample } from '../../support/gpu-samples.ts';

const GB = 1024 ** 3;
const reading = (usedBytes: number | null, pid = 7, freeBytes = 10 * GB) =>
  gpuSample({
    memoryUsedBytes: 2 * GB,
    memoryFreeBytes: freeBytes,
    processes: [{ pid, kind: 'compute', usedBytes }],
  });

describe("a worker's part of a card's memory", () => {
  it('is four times its model and what the runtime needs', () => {
    expect(memoryOverrun([reading(8 * GB)], 7, GB)).toBeUndefined();
    expect(memoryOverrun([reading(8 * GB + 1)], 7, GB)).toEqual({
      usedBytes: 8 * GB + 1,
      budgetBytes: 8 * GB,
    });
  });

  it('never takes the whole card', () => {
    expect(memoryOverrun([reading(11 * GB)], 7, 20 * GB)).toBeUndefined();
    expect(memoryOverrun([reading(11.6 * GB)], 7, 20 * GB)).toMatchObject({ budgetBytes: 11.5 * GB });
  });

  it('is not judged by what other processes hold, nor where the card does not tell', () => {
    expect(memoryOverrun([reading(11 * GB, 8)], 7, GB)).toBeUndefined();
    expect(memoryOverrun([reading(null)], 7, GB)).toBeUndefined();
    expect(memoryOverrun([gpuSample({ processes: null })], 7, GB)).toBeUndefined();
  });
});
