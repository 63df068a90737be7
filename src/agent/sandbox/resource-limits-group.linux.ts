import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { WorkerLimits } from './resource-limits.ts';

const run = promisify(execFile);

const SYSTEMD_RUN = '/usr/bin/systemd-run';
const PROBE_MS = 5000;
/** Prints what the kernel keeps the process's own group to, where version 2 of control groups is all there is. */
const ASK_LIMITS =
  'group=$(cut -d: -f3 /proc/self/cgroup) && cat "/sys/fs/cgroup$group/memory.max" "/sys/fs/cgroup$group/pids.max"';

/** A system's or user's systemd, and how to reach it. */
interface Manager {
  readonly flag: '--system' | '--user';
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A control group for each worker, made by systemd, in which the kernel itself keeps memory and tasks to the
 * limits: no look can come too late.
 */
export class ResourceLimitsGroup {
  /** What the started process needs to reach systemd; the worker does not get it. */
  readonly env: Readonly<Record<string, string>>;
  readonly #args: readonly string[];

  private constructor({ flag, env }: Manager, limits: WorkerLimits) {
    this.env = env;
    this.#args = [
      ...[flag, '--scope', '--quiet', '--collect'],
      ...['-p', `MemoryMax=${limits.memoryBytes}`, '-p', 'MemorySwapMax=0'],
      ...['-p', `TasksMax=${limits.tasks}`, '-p', 'CPUWeight=1'],
    ];
  }

  /**
   * Tries it out.
   * @returns undefined where there is no systemd, or its groups do not keep processes to the limits.
   */
  static async find(
    limits: WorkerLimits,
    manager = managerOf(process.env),
  ): Promise<ResourceLimitsGroup | undefined> {
    if (manager === undefined || !existsSync(SYSTEMD_RUN)) return undefined;
    const group = ResourceLimitsGroup.unproven(manager, limits);
    const { file, args } = group.wrap('/bin/sh', ['-c', ASK_LIMITS]);
    try {
      const { stdout } = await run(file, args, { env: { ...group.env }, timeout: PROBE_MS });
      return stdout === `${limits.memoryBytes}\n${limits.tasks}\n` ? group : undefined;
    } catch {
      // No systemd answers, it is too old, or the controllers are not this user's.
      return undefined;
    }
  }

  /** Without a try whether the limits are kept to. */
  static unproven(manager: Manager, limits: WorkerLimits): ResourceLimitsGroup {
    return new ResourceLimitsGroup(manager, limits);
  }

  /** The command that runs `file` in a group of its own, as the same process. */
  wrap(file: string, args: readonly string[]): { file: string; args: string[] } {
    return { file: SYSTEMD_RUN, args: [...this.#args, '--', file, ...args] };
  }
}

function managerOf(environment: Readonly<Record<string, string | undefined>>): Manager | undefined {
  if (process.getuid?.() === 0) {
    return existsSync('/run/systemd/system') ? { flag: '--system', env: {} } : undefined;
  }
  const { XDG_RUNTIME_DIR: folder, DBUS_SESSION_BUS_ADDRESS: bus } = environment;
  if (folder === undefined || !existsSync(`${folder}/systemd/private`)) return undefined;
  const address: Record<string, string> = bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus };
  return { flag: '--user', env: { XDG_RUNTIME_DIR: folder, ...address } };
}
