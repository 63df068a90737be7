import { PollingProcessWatcher } from './polling-process-watcher.ts';
import type { ProcReader } from './proc-reader.linux.ts';

const PERIOD_MS = 100;

/** Sees processes by reading `/proc`, where the proc connector may not be used. */
export function createProcPollWatcher(reader: ProcReader): PollingProcessWatcher {
  return new PollingProcessWatcher({
    mechanism: 'proc-polling',
    periodMs: PERIOD_MS,
    source: {
      snapshot: () => new Map(reader.pids().map((pid) => [pid, ''])),
      read: (pid) => reader.read(pid),
    },
  });
}
