import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

const READ_BYTES_LIMIT = 64 * 1024;
/** Gata's tree has a handful of processes; one that has more than this is broken, and is not looked at further. */
const PROCESSES_LIMIT = 4_096;

/** Adds up the processor time of processes and of all they started, from `/proc` (proc_pid_stat(5)). */
export class ProcessTreeTime {
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES_LIMIT);

  /**
   * Processor time that these processes, their living descendants and all children they waited for have used,
   * in clock ticks. It grows only, as long as the processes named here live.
   */
  ticks(roots: readonly number[]): number {
    const seen = new Set<number>();
    const waiting = [...roots];
    let ticks = 0;
    for (let pid = waiting.pop(); pid !== undefined && seen.size < PROCESSES_LIMIT; pid = waiting.pop()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      const used = usedTicks(this.#read(`/proc/${pid}/stat`));
      if (used === undefined) continue;
      ticks += used;
      waiting.push(...this.#children(pid));
    }
    return ticks;
  }

  /** Empty on a kernel without CONFIG_PROC_CHILDREN. */
  #children(pid: number): number[] {
    const folder = `/proc/${pid}/task`;
    return threads(folder).flatMap((thread) =>
      this.#read(`${folder}/${thread}/children`)
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    );
  }

  #read(path: string): string {
    try {
      const descriptor = openSync(path, 'r');
      try {
        return this.#buffer.toString('latin1', 0, readSync(descriptor, this.#buffer));
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // Processes end between two reads, and some belong to others.
      return '';
    }
  }
}

function threads(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `utime + stime + cutime + cstime`; undefined when the text is not of that form. */
export function usedTicks(stat: string): number | undefined {
  const close = stat.lastIndexOf(')');
  if (close < 0) return undefined;
  const fields = stat.slice(close + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.length === 4 && ticks.every(Number.isFinite)
    ? ticks.reduce((sum, part) => sum + part, 0)
    : undefined;
}
