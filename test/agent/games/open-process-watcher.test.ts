import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openProcessWatcher } from '../../../src/agent/games/open-process-watcher.ts';

describe.skipIf(process.platform !== 'linux')('openProcessWatcher', () => {
  const logger = pino({ level: 'silent' });

  it('opens a watcher and says which', async () => {
    using watcher = await openProcessWatcher(logger);
    expect(['proc-connector', 'proc-polling']).toContain(watcher.mechanism);
    expect(watcher.list().some(({ pid }) => pid === process.pid)).toBe(true);
  });

  it('polls where events may not be used', async () => {
    using watcher = await openProcessWatcher(logger, { polling: true });
    expect(watcher.mechanism).toBe('proc-polling');
  });
});
