import { describe } from 'vitest';
import { ProcReader } from '../../../src/agent/games/proc-reader.linux.ts';
import { createProcPollWatcher } from '../../../src/agent/games/process-watcher.proc-poll.ts';
import { itWatchesProcesses } from '../../support/process-watcher-behaviour.ts';

describe.skipIf(process.platform !== 'linux')('the polling watcher of /proc', () => {
  itWatchesProcesses(() => createProcPollWatcher(new ProcReader()), {
    certainAfterMs: 600,
    typicalLatencyMs: 100,
  });
});
