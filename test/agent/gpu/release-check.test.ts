import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ReleaseCheck } from '../../../src/agent/gpu/release-check.ts';
import type { GpuProcess } from '../../../src/shared/gpu.ts';
import { gpuSample } from '../../support/gpu-samples.ts';

const worker = (pid: number): GpuProcess => ({ pid, kind: 'compute', usedBytes: 1_000_000 });

describe('the check that the memory is free', () => {
  let reads: number;
  let told: (string | null)[];
  let isFree: boolean | null | undefined;
  let check: ReleaseCheck;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    reads = 0;
    told = [];
    isFree = undefined;
    check = new ReleaseCheck({
      read: () => {
        reads += 1;
      },
      told: (problem, free) => {
        told.push(problem);
        isFree = free;
      },
      logger: pino({ enabled: false }),
    });
  });
  afterEach(() => {
    check[Symbol.dispose]();
    vi.useRealTimers();
  });

  test('asks at once, and again until no stopped worker is listed', () => {
    check.begin(new Set([7, 8]));
    expect(reads).toBe(1);
    check.take([gpuSample({ processes: [worker(7), worker(99)] })]);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(reads).toBe(2);
    check.take([gpuSample({ processes: [worker(99)] })]);
    expect(told).toEqual([null]);
    expect(isFree).toBe(true);
    check.take([gpuSample({ processes: [worker(7)] })]);
    expect(told).toHaveLength(1);
  });

  test('says so when the driver does not let go', () => {
    check.begin(new Set([7]));
    vi.advanceTimersByTime(2000);
    check.take([gpuSample({ processes: [worker(7)] })]);
    expect(told).toEqual([expect.stringMatching(/still holds memory of 1 stopped worker\./)]);
    expect(isFree).toBe(false);
  });

  test('claims nothing where the card does not list its processes, and does nothing without workers', () => {
    check.begin(new Set());
    expect(reads).toBe(0);
    check.begin(new Set([7]));
    check.take([gpuSample({ processes: null })]);
    expect(told).toEqual([null]);
    expect(isFree).toBeNull();
  });
});
