/** Time that all processors of this machine have spent, in clock ticks. */
export interface ProcessorTicks {
  readonly busy: number;
  readonly total: number;
}

/**
 * Parses the first line of `/proc/stat` (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal.
 * Guests' time is part of user's. What a hypervisor took away was nobody's work here, but time all the same.
 */
export function parseProcessorTicks(text: string): ProcessorTicks | undefined {
  const line = /^cpu +([0-9 ]+)/.exec(text)?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/ +/)
    .map(Number);
  if (idle === undefined) return undefined;
  const busy = user + nice + system + irq + softirq;
  return { busy, total: busy + idle + iowait + steal };
}
