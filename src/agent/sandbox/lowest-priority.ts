import { availableParallelism } from 'node:os';
import { processLimits } from './resource-limits.ts';

/** The first that the kernel ends when memory runs out. Written by the shell of itself, and inherited. */
const FIRST_TO_GO = '{ echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null';

/**
 * The command that runs `file` at the lowest processor priority, unless a person waits for it, with few open files
 * and without core dumps, which would hold the buyer's data. The shell and `nice` replace themselves, so the pid
 * stays. On Windows the command is as it was.
 */
export function atLowestPriority(
  file: string,
  args: readonly string[],
  isAwaited = false,
): { file: string; args: string[] } {
  if (process.platform === 'win32') return { file, args: [...args] };
  const { openFiles, cpuSeconds } = processLimits({ processors: availableParallelism() });
  // The agent's own limit of one byte, which the shell shows as 0, is stricter than 0: see `coreLimit`.
  const limits = `[ "$(ulimit -H -c)" = 0 ] || ulimit -c 0; ulimit -n ${openFiles}; ulimit -t ${cpuSeconds}`;
  const start = isAwaited ? 'exec' : `${FIRST_TO_GO}; exec /usr/bin/nice -n 19`;
  const script = `${limits}; ${start} "$@"`;
  return { file: '/bin/sh', args: ['-c', script, 'worker', file, ...args] };
}
