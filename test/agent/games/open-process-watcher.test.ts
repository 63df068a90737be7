import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openProcessWatcher } from '../../../src/agent/games/open-process-watcher.ts';

/** A process namespace of its own, as in a container: there the proc connector stays silent. */
const CONTAINER = ['--pid', '--fork', '--mount-proc'];
const canMakeContainer = spawnSync('unshare', [...CONTAINER, 'true']).status === 0;

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

  it.skipIf(!canMakeContainer)('polls in a container, where the kernel tells nothing', () => {
    const source = join(import.meta.dirname, '../../../src/agent/games/open-process-watcher.ts');
    const program = `
      import { openProcessWatcher } from ${JSON.stringify(source)};
      using watcher = await openProcessWatcher({ info() {} });
      console.log(watcher.mechanism);`;
    const node = [process.execPath, '--input-type=module-typescript', '--eval', program];
    const { stdout, stderr } = spawnSync('unshare', [...CONTAINER, ...node], { encoding: 'utf8' });
    expect(stdout, stderr).toBe('proc-polling\n');
  });
});
