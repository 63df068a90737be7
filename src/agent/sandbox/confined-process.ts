import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { inheritableDescriptors } from './inherited-descriptors.linux.ts';
import { limitTasks } from './resource-limits-tasks.linux.ts';
import { type LimitExceeded, type LimitedResource, ResourceWatch } from './resource-limits-watch.linux.ts';
import type { WrappedWorker } from './sandbox.ts';

/** What bubblewrap writes to `--info-fd`. */
const sandboxInfoSchema = z.object({ 'child-pid': z.int().positive() });

/** How long a sandbox that is being set up may take to tell its pid before it is killed without. */
const PID_REPORT_MS = 1000;
const GONE_POLL_MS = 2;
/** Windows has jobs instead, which its launcher makes. */
const HAS_GROUPS = process.platform !== 'win32';

/** How bubblewrap passes on that the process inside was killed. */
const EXIT_CODE_SIGKILL = 128 + 9;

export interface ProcessEnd {
  /** `kill` was called. */
  readonly byUs: boolean;
  /**
   * By SIGKILL, which no fault of the program sends itself: a person's, the kernel's for want of memory, or ours
   * where the machine had none left.
   */
  readonly wasKilled: boolean;
  readonly detail: string;
  /** We killed it for want of this; `byUs` is false then, and so is `wasKilled` where it took too much itself. */
  readonly exceeded?: LimitedResource | undefined;
}

type StdioKind = 'pipe' | 'ignore';

/** A process in its sandbox: the one that holds the model, and the one that set the sandbox up and waits for it. */
export class ConfinedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when both processes are gone and what they wrote was read; rejects when nothing was started. */
  readonly exited: Promise<ProcessEnd>;
  /** Resolves when `pid` is known, at the latest when everything is gone. */
  readonly started: Promise<void>;
  readonly #outer: ChildProcess;
  readonly #wrapped: WrappedWorker;
  #innerPid: number | undefined;
  #isGone = false;
  #killedByUs = false;
  #exceeded: LimitExceeded | undefined;

  constructor(wrapped: WrappedWorker) {
    const { file, args, env, reportsPid, filter, temporaryFolder } = wrapped;
    this.#wrapped = wrapped;
    if (temporaryFolder !== undefined) makePrivateFolder(temporaryFolder);
    const stdio: (StdioKind | number)[] = [
      'pipe',
      'pipe',
      'pipe',
      reportsPid ? 'pipe' : 'ignore',
      filter === undefined ? 'ignore' : 'pipe',
    ];
    const nothing = coverInherited(stdio);
    this.#outer = spawn(file, args, {
      // Not the agent's folder: a worker must not keep it busy.
      cwd: HAS_GROUPS ? '/' : undefined,
      // A process group of its own, which can be killed as one.
      detached: HAS_GROUPS,
      env,
      stdio,
      windowsHide: true,
    });
    if (nothing !== undefined) closeSync(nothing);
    const { stdin, stdout, stderr } = this.#outer;
    if (stdin === null || stdout === null || stderr === null) throw new Error('spawn gave no pipes');
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    // A worker that died while it was written to is told by `exited`.
    stdin.on('error', () => {});
    const filterInput = this.#outer.stdio[4];
    if (filter !== undefined && isWritable(filterInput)) {
      filterInput.on('error', () => {});
      filterInput.end(typeof filter === 'function' ? filter(this.#outer.pid ?? 0) : filter);
    }
    this.exited = this.#watch();
    if (!reportsPid) this.#innerPid = this.#outer.pid;
    const report = this.#outer.stdio[3];
    const reported = reportsPid && isReadable(report) ? this.#readPid(report) : Promise.resolve();
    this.started = Promise.race([reported, this.exited.then(ignore, ignore)]);
    void this.started.then(() => this.#watchLimits(), ignore);
  }

  /** The process that holds the model, as this machine numbers it; undefined before `started` and when gone. */
  get pid(): number | undefined {
    return this.#isGone ? undefined : this.#innerPid;
  }

  /** SIGKILL; resolves when nothing of it is left. */
  async kill(): Promise<void> {
    if (this.#isGone) return;
    this.#killedByUs = true;
    await this.#kill();
  }

  async #kill(): Promise<void> {
    if (this.#innerPid === undefined) {
      // The outer process alone might leave a half-made sandbox behind.
      await Promise.race([this.started, sleep(PID_REPORT_MS, undefined, { ref: false })]);
    }
    const inner = this.#innerPid;
    if (inner !== undefined && inner !== this.#outer.pid && parentOf(inner) === this.#outer.pid) {
      // Its parent then buries it and ends, so no zombie is left to a pid 1 that buries none.
      process.kill(inner, 'SIGKILL');
    } else {
      this.#killGroup();
    }
    await this.exited.catch(ignore);
  }

  /** The outer process and what it started, where it has a group of its own. */
  #killGroup(): void {
    const { pid } = this.#outer;
    if (pid === undefined || this.#outer.exitCode !== null || this.#outer.signalCode !== null) return;
    try {
      process.kill(HAS_GROUPS ? -pid : pid, 'SIGKILL');
    } catch {
      // It ended a moment ago, or may not be signalled as a group.
      this.#outer.kill('SIGKILL');
    }
  }

  #watchLimits(): void {
    const { limits, temporaryFolder } = this.#wrapped;
    const pid = this.pid;
    if (limits === undefined || pid === undefined || process.platform !== 'linux') return;
    limitTasks(pid, limits.tasks);
    const watch = new ResourceWatch({ pid, limits, temporaryFolder: temporaryFolder?.path }, (exceeded) => {
      if (this.#isGone || this.#killedByUs) return;
      this.#exceeded = exceeded;
      void this.#kill();
    });
    const stop = (): void => watch[Symbol.dispose]();
    this.exited.then(stop, stop);
  }

  async #watch(): Promise<ProcessEnd> {
    try {
      const [code, signal]: unknown[] = await once(this.#outer, 'close');
      // Only when the outer process was killed by someone else can the inner one be a moment behind.
      while (this.#innerPid !== undefined && this.#innerPid !== this.#outer.pid && isAlive(this.#innerPid)) {
        await sleep(GONE_POLL_MS);
      }
      if (this.#exceeded !== undefined && !this.#killedByUs) {
        const { resource, detail } = this.#exceeded;
        const wasKilled = resource === 'machine-memory';
        return { byUs: false, wasKilled, exceeded: resource, detail: `${detail}; Gata ended it` };
      }
      return {
        byUs: this.#killedByUs,
        wasKilled: signal === 'SIGKILL' || code === EXIT_CODE_SIGKILL,
        detail: describeEnd(code, signal),
      };
    } finally {
      this.#isGone = true;
      const { temporaryFolder } = this.#wrapped;
      if (temporaryFolder !== undefined) await rm(temporaryFolder.path, { recursive: true, force: true });
    }
  }

  async #readPid(report: Readable): Promise<void> {
    let text = '';
    for await (const part of report) text += String(part);
    if (text !== '') this.#innerPid = sandboxInfoSchema.parse(JSON.parse(text))['child-pid'];
  }
}

function makePrivateFolder({ path, owner }: NonNullable<WrappedWorker['temporaryFolder']>): void {
  mkdirSync(path, { mode: 0o700 });
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
}

/**
 * Puts /dev/null where the started program would get a descriptor that is not meant for it.
 * @returns the descriptor of /dev/null, to be closed after the start.
 */
function coverInherited(stdio: (StdioKind | number)[]): number | undefined {
  const inherited = process.platform === 'linux' ? inheritableDescriptors() : [];
  const uncovered = inherited.filter((descriptor) => (stdio[descriptor] ?? 'ignore') === 'ignore');
  if (uncovered.length === 0) return undefined;
  const nothing = openSync('/dev/null', 'r+');
  while (stdio.length <= Math.max(...uncovered)) stdio.push('ignore');
  for (const descriptor of uncovered) stdio[descriptor] = nothing;
  return nothing;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

function ignore(): void {}

/** The state letter and the parent's pid of a process, or undefined when there is none. */
function statusOf(pid: number): { state: string; parent: number; threads: number } | undefined {
  try {
    // After the command name, which may hold anything, its closing parenthesis included.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return { state: fields[0] ?? '', parent: Number(fields[1]), threads: Number(fields[17]) };
  } catch {
    return undefined;
  }
}

function parentOf(pid: number): number | undefined {
  return statusOf(pid)?.parent;
}

/** Not even a dying thread is left; what stays of a zombie is its number. */
function isAlive(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && !(/[ZX]/.test(status.state) && status.threads <= 1);
}

function describeEnd(code: unknown, signal: unknown): string {
  if (typeof signal === 'string') return `ended by ${signal}`;
  if (typeof code === 'number') {
    // Windows ends a process with the number of its exception, which is looked up in hexadecimal.
    if (code > 255) return `exit code 0x${code.toString(16).toUpperCase()}`;
    // bubblewrap and shells report a signal as 128 and its number.
    if (code > 128) return `ended by signal ${code - 128}`;
  }
  return `exit code ${String(code)}`;
}
