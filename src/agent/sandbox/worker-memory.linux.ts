import { readFileSync } from 'node:fs';

const BYTES_PER_KIB = 1024;
/**
 * What is the process's own: not the files that it maps, which the kernel can drop at any time. proc(5) has the
 * fields.
 */
const OWN_MEMORY = ['RssAnon', 'RssShmem', 'VmSwap', 'HugetlbPages'];

export interface ProcessUse {
  readonly memoryBytes: number;
  readonly threads: number;
}

/** @returns what a process takes at this moment, or undefined when it is gone. */
export function readProcessUse(pid: number): ProcessUse | undefined {
  try {
    return parseProcessStatus(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** @param status the text of `/proc/PID/status`; a zombie's has no memory, and neither has this. */
export function parseProcessStatus(status: string): ProcessUse {
  const numberOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  const memoryKib = OWN_MEMORY.reduce((sum, name) => sum + numberOf(name), 0);
  return { memoryBytes: memoryKib * BYTES_PER_KIB, threads: numberOf('Threads') };
}

/** @returns the memory that can be had without swapping, in bytes, or undefined where the kernel does not tell. */
export function readAvailableMemory(): number | undefined {
  try {
    return parseAvailableMemory(readFileSync('/proc/meminfo', 'latin1'));
  } catch {
    return undefined;
  }
}

/** @param info the text of `/proc/meminfo`. */
export function parseAvailableMemory(info: string): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(info)?.[1];
  return kib === undefined ? undefined : Number(kib) * BYTES_PER_KIB;
}
