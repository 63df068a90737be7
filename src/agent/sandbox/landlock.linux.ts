import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import {
  type ConfinedUser,
  LANDLOCK_VERSION_QUESTION,
  type LinuxConfinement,
} from '../../shared/confinement.ts';
import type { SandboxView } from '../../shared/local-api.ts';
import { devicesFor, type GpuAccess, NO_GPU, usesCuda } from './gpu-access.linux.ts';
import { landlockProtections } from './landlock-protections.ts';
import { programEntry } from './program-entry.ts';
import { processLimits } from './resource-limits.ts';
import type { Sandbox, WorkerCommand, WorkerProgram, WrappedWorker } from './sandbox.ts';
import { sharedLibrariesOf } from './shared-libraries.linux.ts';
import { findWorkerFiles } from './worker-files.ts';
import { workerUser } from './worker-user.linux.ts';

const run = promisify(execFile);

const IS_ROOT = process.getuid?.() === 0;
/** Node would end with an error if its own place for this file held one that it may not read. */
const NODE_FLAGS = ['--openssl-config=/dev/null'];
const LOADER = /\/ld-[^/]*\.so[.\d]*$/;
/** What NVIDIA's libraries ask of the kernel's module. */
const NVIDIA_FILES = ['/proc/devices', '/proc/driver/nvidia'];
const TEMPORARY_PREFIX = 'gata-worker-';
/** Folders below the worker's temporary one, by the variables that name them to drivers. */
const CACHE_VARIABLES: Readonly<Record<string, string>> = {
  CUDA_CACHE_PATH: 'cuda',
  XDG_CACHE_HOME: 'cache',
};

export interface LandlockParts {
  readonly program: WorkerProgram;
  /** `out/confine/linux.js`. */
  readonly launcherPath: string;
  /** The system-call filter of a worker that has this pid. */
  readonly filter: (pid: number) => Uint8Array;
  readonly gpu?: GpuAccess | undefined;
}

/** What a worker's instructions are made of, the same for all. */
interface Common {
  readonly executables: readonly string[];
  readonly readOnlyPaths: readonly string[];
  readonly gpu: GpuAccess;
  /** Whom a worker without a model becomes. */
  readonly user: ConfinedUser | null;
  /** Of Landlock, as the kernel tells it. */
  readonly version: number;
}

/**
 * Landlock and a system-call filter, without namespaces: for systems whose users cannot make those. The worker has
 * the real paths, of which it can open only its own, and no way to other processes or the network.
 */
export class Landlock implements Sandbox {
  readonly mechanism = 'landlock';
  readonly #parts: LandlockParts;
  readonly #common: Common;

  private constructor(parts: LandlockParts, common: Common) {
    this.#parts = parts;
    this.#common = common;
  }

  /**
   * Looks up, once, what a worker needs of this machine, and removes what workers of dead agents left.
   * @throws Error when this kernel has no Landlock, or a file that is needed cannot be read.
   */
  static async create(parts: LandlockParts): Promise<Landlock> {
    const { program, launcherPath, gpu = NO_GPU } = parts;
    const [{ paths, binaries }, { stdout: version }] = await Promise.all([
      findWorkerFiles(program),
      run(program.nodePath, [launcherPath, LANDLOCK_VERSION_QUESTION], { env: {} }),
    ]);
    const libraries = await sharedLibrariesOf(binaries);
    removeLeftFolders();
    return new Landlock(parts, {
      executables: [program.nodePath, ...libraries.filter((file) => LOADER.test(file))],
      readOnlyPaths: [
        ...new Set([...paths, ...libraries, ...gpu.readOnlyPaths, ...(usesCuda(gpu) ? NVIDIA_FILES : [])]),
      ],
      gpu,
      user: IS_ROOT ? workerUser({ readOnly: [program.nodePath, ...paths], devices: gpu.devices }) : null,
      version: z.coerce.number().int().positive().parse(version.trim()),
    });
  }

  describe(): SandboxView {
    return {
      mechanism: this.mechanism,
      working: true,
      detail: `Models open no files but their own, reach neither network nor other programs, and end with Gata (Landlock ${this.#common.version}).`,
      protections: landlockProtections(this.#common.version, IS_ROOT),
      selfTest: null,
    };
  }

  wrap({ modelFolder, libraryFolders = [], gpu, program, isAwaited }: WorkerCommand): WrappedWorker {
    const { nodePath, entryPath } = this.#parts.program;
    const { executables, readOnlyPaths } = this.#common;
    const model = modelFolder === undefined ? undefined : path.resolve(modelFolder);
    const temporaryFolder = path.join(tmpdir(), `${TEMPORARY_PREFIX}${process.pid}-${randomUUID()}`);
    const libraries = libraryFolders.map((each) => path.resolve(each));
    const own = model === undefined ? libraries : [model, ...libraries];
    const user = this.#userFor(own);
    const confinement: LinuxConfinement = {
      parentPid: process.pid,
      user,
      executables: [...executables],
      readOnlyPaths: [...readOnlyPaths, ...own],
      devices: devicesFor(this.#common.gpu, gpu?.minorNumber ?? null),
      temporaryFolder,
      environment: {
        ...withCachesIn(temporaryFolder, this.#common.gpu.env),
        TMPDIR: temporaryFolder,
        // By its UUID, because CUDA numbers the cards it sees anew.
        ...(gpu == null ? {} : { CUDA_VISIBLE_DEVICES: gpu.uuid }),
      },
      limits: processLimits({ processors: availableParallelism() }),
      isAwaited,
      program: nodePath,
      args: [...NODE_FLAGS, programEntry(path.resolve(entryPath), program)],
    };
    return {
      file: nodePath,
      args: [this.#parts.launcherPath, JSON.stringify(confinement)],
      env: {},
      modelFolder: model ?? temporaryFolder,
      libraryFolders: libraries,
      // The launcher becomes the worker.
      reportsPid: false,
      filter: this.#parts.filter,
      temporaryFolder: { path: temporaryFolder, owner: user },
    };
  }

  #userFor(readOnly: readonly string[]): ConfinedUser | null {
    const { user } = this.#common;
    return user === null || readOnly.length === 0 ? user : workerUser({ readOnly, devices: [] });
  }
}

function withCachesIn(folder: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => {
    const cache = CACHE_VARIABLES[name];
    return [name, cache === undefined ? value : path.join(folder, cache)] as const;
  });
  return Object.fromEntries(entries);
}

/** A killed agent removes nothing; the next one does. The pid in the name tells whose it was. */
function removeLeftFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${TEMPORARY_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}
