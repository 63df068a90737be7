import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import type { SelfTestTargets } from '../../shared/self-test-protocol.ts';
import { type Attempt, NothingGained } from './attempt.ts';
import { someOf } from './file-attempts.ts';

const PROGRAM_MS = 2000;
/** Above stdin, stdout and stderr; Node's own are far fewer. */
const FIRST_DESCRIPTOR = 3;
const LAST_DESCRIPTOR = 63;

/** Other processes, other programs, and rights that a worker must not have. */
export function processAttempts(targets: SelfTestTargets): Attempt[] {
  const { pid, programs, environmentDigests } = targets;
  return [
    { what: "signal Gata's process", run: () => signal(pid) },
    ...programs.map((program) => ({ what: `start ${program}`, run: () => start(program) })),
    { what: "see the user's environment", run: () => sharedVariables(environmentDigests) },
    { what: 'use files or connections that were left open', run: inheritedDescriptors },
    ...(process.platform === 'win32' ? [] : privilegeAttempts()),
    ...(process.platform === 'linux' ? procAttempts(pid) : []),
  ];
}

function procAttempts(pid: number): Attempt[] {
  const ofAgent = (file: string): string => {
    if (isOwnThread(pid)) throw new NothingGained('itself');
    return `/proc/${pid}/${file}`;
  };
  return [
    {
      what: 'list the processes of this computer',
      run: () => {
        const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`);
        if (others.length === 0) throw new NothingGained('none');
        return `${others.length} processes`;
      },
    },
    {
      what: "read the environment of Gata's process",
      run: () => `${readFileSync(ofAgent('environ')).length} bytes`,
    },
    {
      what: "open the memory of Gata's process",
      run: () => {
        closeSync(openSync(ofAgent('mem'), 'r'));
        return 'opened';
      },
    },
    {
      what: "see what Gata's process has open",
      run: () => `${readdirSync(ofAgent('fd')).length} descriptors`,
    },
    { what: 'read the memory of the kernel', run: () => someOf(['/proc/kcore'], isReadable) },
  ];
}

function privilegeAttempts(): Attempt[] {
  return [
    {
      what: 'act as administrator',
      run: () => {
        // What it has already, but only the administrator may say so. The user's number alone gives no rights.
        process.setgroups?.(process.getgroups?.() ?? []);
        return 'could choose its groups';
      },
    },
    {
      what: 'become administrator',
      run: () => {
        if (process.getuid?.() === 0) throw new NothingGained('has that number already');
        process.setuid?.(0);
        return 'became root';
      },
    },
  ];
}

/** Signal 0: asks whether it could be sent. */
function signal(pid: number): string {
  if (isOwnThread(pid)) throw new NothingGained('itself');
  process.kill(pid, 0);
  return 'could signal it';
}

/** In its own numbering the sandbox's process may have the number that the agent has outside. */
function isOwnThread(pid: number): boolean {
  return pid === process.pid || existsSync(`/proc/self/task/${pid}`);
}

function start(program: string): string {
  const { error } = spawnSync(program, [], { stdio: 'ignore', timeout: PROGRAM_MS, windowsHide: true });
  if (error !== undefined && !('code' in error && error.code === 'ETIMEDOUT')) throw error;
  return 'started';
}

function sharedVariables(digests: readonly string[]): string {
  const known = new Set(digests);
  const names = Object.entries(process.env)
    .filter(([name, value]) => known.has(createHash('sha256').update(`${name}=${value}`).digest('hex')))
    .map(([name]) => name);
  if (names.length === 0) throw new NothingGained('none');
  return names.join(', ');
}

/** Node opens pipes and event descriptors for itself, but neither files nor sockets nor folders. */
function inheritedDescriptors(): string {
  const found: string[] = [];
  for (let descriptor = FIRST_DESCRIPTOR; descriptor <= LAST_DESCRIPTOR; descriptor++) {
    const kind = kindOf(descriptor);
    if (kind !== undefined) found.push(`${descriptor}: ${kind}`);
  }
  if (found.length === 0) throw new NothingGained('none');
  return found.join(', ');
}

function kindOf(descriptor: number): string | undefined {
  try {
    const status = fstatSync(descriptor);
    if (status.isSocket()) return 'socket';
    if (status.isDirectory()) return 'folder';
    if (status.isBlockDevice()) return 'disk';
    return status.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}

function isReadable(file: string): boolean {
  closeSync(openSync(file, 'r'));
  return true;
}
