import { readFileSync, writeFileSync } from 'node:fs';
import type { ProcessLimits } from '../../shared/confinement.ts';
import { coreLimit } from '../../shared/core-limit.ts';
import { ConfinementFailed } from './confinement-failed.ts';
import type { Libc } from './libc.ts';

/** asm-generic/resource.h; the same on x64 and arm64. */
const RLIMIT = {
  cpu: 0,
  fileBytes: 1,
  core: 4,
  tasks: 6,
  openFiles: 7,
  messageQueues: 12,
  niceness: 13,
  realTime: 14,
};

const LOWEST_PRIORITY = 19;
/** IOPRIO_CLASS_IDLE in the class's three bits. */
const IO_PRIORITY_IDLE = 3 << 13;
/** The first that the kernel ends when memory runs out. */
const FIRST_TO_GO = '1000';

/**
 * Lowest priority, unless a person waits for it; no core dumps, and hard limits that cannot be raised again once
 * root's rights are gone.
 */
export function setLimits(libc: Libc, limits: ProcessLimits, isAwaited: boolean): void {
  if (!isAwaited) {
    writeFileSync('/proc/self/oom_score_adj', FIRST_TO_GO);
    libc.setPriority(LOWEST_PRIORITY);
    libc.setIoPriority(IO_PRIORITY_IDLE);
  }
  libc.setrlimit('RLIMIT_CORE', RLIMIT.core, coreLimit(readFileSync('/proc/self/limits', 'latin1')));
  libc.setrlimit('RLIMIT_MSGQUEUE', RLIMIT.messageQueues, 0);
  libc.setrlimit('RLIMIT_NICE', RLIMIT.niceness, 0);
  libc.setrlimit('RLIMIT_RTPRIO', RLIMIT.realTime, 0);
  libc.setrlimit('RLIMIT_NOFILE', RLIMIT.openFiles, limits.openFiles);
  libc.setrlimit('RLIMIT_FSIZE', RLIMIT.fileBytes, limits.fileBytes);
  libc.setrlimit('RLIMIT_CPU', RLIMIT.cpu, limits.cpuSeconds);
  // The kernel counts all tasks of the user, not only the worker's, so the system's count bounds it from above.
  libc.setrlimit('RLIMIT_NPROC', RLIMIT.tasks, tasksOfSystem() + limits.moreTasks);
}

/** The fourth field of /proc/loadavg: running and all tasks. */
function tasksOfSystem(): number {
  const tasks = Number(/ \d+\/(\d+) /.exec(readFileSync('/proc/loadavg', 'latin1'))?.[1]);
  if (!Number.isInteger(tasks)) throw new ConfinementFailed('limits', '/proc/loadavg cannot be read');
  return tasks;
}
