import { readFileSync } from 'node:fs';

/**
 * Something that tells this process from a later one with the same pid (on Linux its start time), or undefined
 * when no such process runs.
 */
export function processMark(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (!isErrno(error, 'EPERM')) return undefined;
  }
  return process.platform === 'linux' ? linuxStartTime(pid) : '';
}

/** Field 22 of /proc/PID/stat; the second field may itself hold spaces and parentheses. See proc(5). */
function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended and only waits for its parent.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
