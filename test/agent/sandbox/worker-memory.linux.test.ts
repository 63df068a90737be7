import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  parseAvailableMemory,
  parseProcessStatus,
  readAvailableMemory,
  readProcessUse,
} from '../../../src/agent/sandbox/worker-memory.linux.ts';

const MIB = 1024 ** 2;

describe('parseProcessStatus', () => {
  it('adds up what is its own, swapped out or not, and leaves mapped files out', () => {
    const status = [
      'Name:\tRssAnon: 9 kB',
      'VmPeak:\t 9000000 kB',
      'VmRSS:\t    1000 kB',
      'RssAnon:\t     600 kB',
      'RssFile:\t     300 kB',
      'RssShmem:\t     100 kB',
      'VmSwap:\t      24 kB',
      'HugetlbPages:\t     300 kB',
      'Threads:\t12',
    ].join('\n');
    expect(parseProcessStatus(status)).toEqual({ memoryBytes: 1024 * 1024, threads: 12 });
  });

  it('takes a process without memory for what it is', () => {
    expect(parseProcessStatus('Name:\tnode\nState:\tZ (zombie)\nThreads:\t1\n')).toEqual({
      memoryBytes: 0,
      threads: 1,
    });
  });
});

describe.runIf(process.platform === 'linux')('readProcessUse', () => {
  it('sees memory that a process takes', () => {
    const before = readProcessUse(process.pid)?.memoryBytes ?? 0;
    const taken = Buffer.alloc(100 * MIB, 1);
    const after = readProcessUse(process.pid)?.memoryBytes ?? 0;
    expect(after - before).toBeGreaterThan(90 * MIB);
    expect(taken.at(-1)).toBe(1);
  });

  it('is undefined for a process that is gone', () => {
    expect(readProcessUse(2 ** 30)).toBeUndefined();
  });
});

describe('parseAvailableMemory', () => {
  it('takes what is available, not what is free', () => {
    const info = 'MemTotal:       16000 kB\nMemFree:            1 kB\nMemAvailable:    4000 kB\n';
    expect(parseAvailableMemory(info)).toBe(4_096_000);
    expect(parseAvailableMemory('MemTotal: 16000 kB\n')).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')("reads this machine's", () => {
    expect(readAvailableMemory()).toBeGreaterThan(0);
    expect(readAvailableMemory()).toBeLessThan(totalmem());
  });
});
