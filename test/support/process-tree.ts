import { readdirSync, readFileSync } from 'node:fs';

/** The pids of all live descendants of a process, from /proc (Linux). */
export function descendants(pid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(entry)]);
  }
  const found: number[] = [];
  const pending = [pid];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const children = childrenOf.get(next) ?? [];
    found.push(...children);
    pending.push(...children);
  }
  return found;
}

/** The worker processes below an agent: the ones that hold models, not the sandbox's own processes. */
export function workersOf(agentPid: number): number[] {
  return descendants(agentPid).filter((pid) => {
    const [executable = '', ...args] = commandLine(pid);
    return /node(\.exe)?$/.test(executable) && args.some((argument) => argument.endsWith('host.js'));
  });
}

/** The child of a process that runs a Node program of this file name. */
export function childRunning(parent: number, fileName: string): number | undefined {
  return descendants(parent).find((pid) =>
    commandLine(pid).some((argument) => argument.endsWith(`/${fileName}`)),
  );
}

/** False also for a zombie: its memory and its GPU are free. */
export function isAlive(pid: number): boolean {
  const stat = readProcFile(`/proc/${pid}/stat`);
  return stat !== undefined && !stat.includes(') Z ') && !stat.includes(') X ');
}

function parentOf(pid: number): number | undefined {
  const parent = readProcFile(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function commandLine(pid: number): string[] {
  return readProcFile(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
}

/** Undefined when the process has ended meanwhile. */
function readProcFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
