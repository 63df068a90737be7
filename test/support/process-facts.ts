import type { ProcessFacts } from '../../src/agent/games/process-watcher.ts';

/** What the system might tell about a process. */
export function processFacts(
  pid: number,
  executable: string,
  change: Partial<ProcessFacts> = {},
): ProcessFacts {
  return {
    pid,
    parentPid: 1,
    startOrder: null,
    identity: '1',
    executable,
    argv: [executable],
    ...change,
  };
}
