import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/** Of util-linux, which every system has. */
const PRLIMIT = '/usr/bin/prlimit';

/**
 * Keeps a worker in a user namespace of its own to so many tasks, by the kernel: it counts those of that namespace
 * only. Elsewhere the user's own programs would count, and nothing is done.
 */
export function limitTasks(pid: number, tasks: number): void {
  if (!hasOwnUserNamespace(pid)) return;
  // The watch is the other wall; this one may be missing.
  execFile(PRLIMIT, ['--pid', String(pid), `--nproc=${tasks}`], () => {});
}

function hasOwnUserNamespace(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/user`) !== readlinkSync('/proc/self/ns/user');
  } catch {
    return false;
  }
}
