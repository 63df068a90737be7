import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadyTime } from '../../../src/agent/receipts/ready-time.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const logger = pino({ level: 'silent' });
const START_MS = Date.parse('2026-11-20T10:00:00Z');
const MINUTE_MS = 60_000;

describe('the time that a node is ready', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
    vi.useFakeTimers({ now: START_MS });
  });
  afterEach(() => {
    vi.useRealTimers();
    folder[Symbol.dispose]();
  });
  const open = () => new ReadyTime(folder.path, systemClock, logger);

  it('is what lies within a span, pauses and restarts left out', () => {
    const first = open();
    first.report(true);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    first.report(false);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    first.report(true);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    first[Symbol.dispose]();
    vi.advanceTimersByTime(MINUTE_MS);
    using second = open();
    expect(second.within(START_MS, Date.now())).toBe(20 * MINUTE_MS);
    expect(second.within(START_MS + 5 * MINUTE_MS, START_MS + 25 * MINUTE_MS)).toBe(10 * MINUTE_MS);
  });

  it('leaves out the time that the computer slept', () => {
    using time = open();
    time.report(true);
    vi.advanceTimersByTime(MINUTE_MS);
    vi.setSystemTime(START_MS + 600 * MINUTE_MS);
    vi.advanceTimersByTime(MINUTE_MS);
    const readyMs = time.within(START_MS, Date.now());
    expect(readyMs).toBeLessThanOrEqual(2 * MINUTE_MS);
    expect(readyMs).toBeGreaterThan(1.5 * MINUTE_MS);
  });

  it('loses five minutes at most to a kill, and begins anew after damage', () => {
    const killed = open();
    killed.report(true);
    vi.advanceTimersByTime(22 * MINUTE_MS);
    using after = open();
    expect(after.within(START_MS, Date.now())).toBeGreaterThanOrEqual(17 * MINUTE_MS);
    writeFileSync(join(folder.path, 'ready-time.json'), '{');
    using damaged = open();
    expect(damaged.within(START_MS, Date.now())).toBe(0);
    killed[Symbol.dispose]();
  });
});
