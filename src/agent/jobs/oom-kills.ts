import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has killed for want of memory since it started (`oom_kill` in Linux's
 * `/proc/vmstat`); null where it does not tell.
 */
export function readOomKills(): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}
