import { describe, expect, it } from 'vitest';
import { resolveCpuThreads } from '../../src/shared/cpu-threads.ts';

describe('the threads of a worker', () => {
  it("are as many as the user says, else half of the machine's, and never none", () => {
    expect(resolveCpuThreads(6, 4)).toBe(6);
    expect(resolveCpuThreads(0, 16)).toBe(8);
    expect(resolveCpuThreads(0, 2)).toBe(1);
    expect(resolveCpuThreads(0, 1)).toBe(1);
  });
});
