import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ProcReader } from '../../../src/agent/games/proc-reader.linux.ts';
import { ageByFileTime, ageByUptime, processAgeMs } from '../../../src/agent/games/process-age.ts';

describe('the age of a process', () => {
  it('is told on Linux by ticks and the time since the start of the machine', () => {
    expect(ageByUptime(123_400, '1234.56 999.99\n')).toBeCloseTo(560, 6);
    // Both are read to 10 ms.
    expect(ageByUptime(123_458, '1234.56 0\n')).toBe(0);
    expect(ageByUptime(999_999, '1234.56 0\n')).toBeNull();
    expect(ageByUptime(1, 'nonsense')).toBeNull();
  });

  it('is told on Windows by the time of creation', () => {
    // 2026-11-20T10:00:00Z as a FILETIME.
    const created = (Date.UTC(2026, 10, 20, 10) + 11_644_473_600_000) * 10_000;
    expect(ageByFileTime(created, Date.UTC(2026, 10, 20, 10) + 250)).toBe(250);
    expect(ageByFileTime(created, Date.UTC(2026, 10, 20, 9))).toBeNull();
  });

  it.skipIf(process.platform !== 'linux')('is that of a real process', async () => {
    const beforeMs = performance.now();
    const child = spawn('/bin/sleep', ['30']);
    try {
      await once(child, 'spawn');
      const startOrder = new ProcReader().read(child.pid ?? 0)?.startOrder ?? null;
      const ageMs = startOrder === null ? null : processAgeMs(startOrder);
      expect(ageMs).toBeGreaterThanOrEqual(0);
      expect(ageMs).toBeLessThanOrEqual(performance.now() - beforeMs + 20);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
