import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { ProcessFacts } from './process-watcher.ts';

/** A longer command line is cut: what tells a game stands at its start. */
const READ_BYTES_LIMIT = 16 * 1024;
/** PF_KTHREAD of the kernel's sched.h. */
const KERNEL_THREAD_FLAG = 0x200000;
const DELETED_SUFFIX = ' (deleted)';

/** Reads processes from `/proc`. Processes vanish between any two reads: each read may find nothing. */
export class ProcReader {
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES_LIMIT);

  /** Pids of all processes, kernel threads included. */
  pids(): number[] {
    const pids: number[] = [];
    for (const name of readdirSync('/proc')) {
      const first = name.charCodeAt(0);
      if (first >= 0x30 && first <= 0x39) pids.push(Number(name));
    }
    return pids;
  }

  isRunning(pid: number): boolean {
    return existsSync(`/proc/${pid}`);
  }

  /**
   * The number that was given last to a process or a thread, from `/proc/loadavg` (proc_loadavg(5)); undefined where the
   * system does not tell.
   */
  newestPid(): number | undefined {
    const newest = /\s(\d+)\s*$/.exec(this.#readFile('/proc/loadavg') ?? '')?.[1];
    return newest === undefined ? undefined : Number(newest);
  }

  /** Whether a number is that of a process that runs, and not of a thread. */
  isProcess(pid: number): boolean {
    if (!this.isRunning(pid)) return false;
    return /^Tgid:\s*(\d+)$/m.exec(this.#readFile(`/proc/${pid}/status`) ?? '')?.[1] === String(pid);
  }

  /** Undefined when the process is gone, or is a kernel thread. */
  read(pid: number): ProcessFacts | undefined {
    const stat = this.#readFile(`/proc/${pid}/stat`);
    const parsed = stat === undefined ? undefined : parseStat(stat);
    if (parsed === undefined || parsed.gone || parsed.kernelThread) return undefined;
    const path = readLink(`/proc/${pid}/exe`);
    const commandLine = this.#readFile(`/proc/${pid}/cmdline`) ?? '';
    return {
      pid,
      parentPid: parsed.parentPid,
      startOrder: Number(parsed.startTicks),
      identity: parsed.startTicks,
      executable: path ?? parsed.name,
      argv: commandLine === '' ? [] : commandLine.replace(/\0+$/, '').split('\0'),
    };
  }

  list(): ProcessFacts[] {
    return this.pids().flatMap((pid) => this.read(pid) ?? []);
  }

  #readFile(path: string): string | undefined {
    try {
      const descriptor = openSync(path, 'r');
      try {
        return this.#buffer.toString('utf8', 0, readSync(descriptor, this.#buffer));
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // Gone, or not ours to read: both are ordinary here.
      return undefined;
    }
  }
}

function readLink(path: string): string | undefined {
  try {
    const target = readlinkSync(path);
    return target.endsWith(DELETED_SUFFIX) ? target.slice(0, -DELETED_SUFFIX.length) : target;
  } catch {
    return undefined;
  }
}

interface ProcStat {
  readonly name: string;
  readonly parentPid: number;
  readonly startTicks: string;
  readonly kernelThread: boolean;
  /** Nothing of it runs any more, though its parent may not have collected it. */
  readonly gone: boolean;
}

/** Parses `/proc/PID/stat` (proc_pid_stat(5)); undefined when it is not of that form. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(');
  // The name may itself hold parentheses and blanks.
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const [state, parent, flags, threads, startTicks] = [0, 1, 6, 17, 19].map((index) => fields[index]);
  if (
    state === undefined ||
    parent === undefined ||
    flags === undefined ||
    threads === undefined ||
    startTicks === undefined
  ) {
    return undefined;
  }
  return {
    name: text.slice(open + 1, close),
    parentPid: /^\d+$/.test(parent) ? Number(parent) : 0,
    startTicks: startTicks.trim(),
    kernelThread: (Number(flags) & KERNEL_THREAD_FLAG) !== 0,
    // A process whose first thread ended lives on in the others.
    gone: (state === 'Z' || state === 'X') && Number(threads) <= 1,
  };
}
