import type { ProcessTimes } from './processor-times.win32.ts';

export interface ParentLink {
  readonly pid: number;
  readonly parentPid: number;
}

/**
 * Adds up the processor time of processes and of all they started. The sum only grows: what a process had used at
 * the last look stays in it when the process is gone.
 */
export class OwnProcessorTime {
  /** Time used, by pid and creation. */
  #known: ReadonlyMap<string, number> = new Map();
  /** 100 ns since 1601. */
  #lookedAt = 0n;
  #sum = 0;

  /**
   * @param roots the processes that are ours.
   * @param links every process of the machine.
   * @param timesOf undefined for a process that is gone or may not be looked at.
   * @param now in 100 ns since 1601.
   * @returns The sum, in 100 ns.
   */
  add(
    roots: readonly number[],
    links: readonly ParentLink[],
    timesOf: (pid: number) => ProcessTimes | undefined,
    now: bigint,
  ): number {
    const known = new Map<string, number>();
    for (const [pid, times] of familyOf(roots, links, timesOf)) {
      const key = `${pid}/${times.createdAt}`;
      const before = this.#known.get(key);
      if (before !== undefined) this.#sum += Math.max(0, times.used - before);
      // One that is older than the last look, and new to us, used its time while it was somebody else's.
      else if (times.createdAt > this.#lookedAt) this.#sum += times.used;
      known.set(key, times.used);
    }
    this.#known = known;
    this.#lookedAt = now;
    return this.#sum;
  }
}

/** A parent's pid may have been given to a stranger since: no child is older than its parent. */
function familyOf(
  roots: readonly number[],
  links: readonly ParentLink[],
  timesOf: (pid: number) => ProcessTimes | undefined,
): Map<number, ProcessTimes> {
  const children = Map.groupBy(links, ({ parentPid }) => parentPid);
  const family = new Map<number, ProcessTimes>();
  const waiting = roots.map((pid) => ({ pid, notBefore: 0n }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (family.has(next.pid)) continue;
    const times = timesOf(next.pid);
    if (times === undefined || times.createdAt < next.notBefore) continue;
    family.set(next.pid, times);
    for (const { pid } of children.get(next.pid) ?? []) waiting.push({ pid, notBefore: times.createdAt });
  }
  return family;
}
