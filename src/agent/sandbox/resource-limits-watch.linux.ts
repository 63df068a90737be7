import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import type { WorkerLimits } from './resource-limits.ts';
import { readAvailableMemory, readProcessUse } from './worker-memory.linux.ts';

const LOOK_EVERY_MS = 250;
/** stat(2) */
const BYTES_PER_BLOCK = 512;
const MIB = 1024 ** 2;

/** `machine-memory`: of the whole machine, which need not be the worker's doing. */
export type LimitedResource = 'memory' | 'machine-memory' | 'process-count' | 'disk-space';

export interface LimitExceeded {
  readonly resource: LimitedResource;
  /** Without a full stop. */
  readonly detail: string;
}

export interface WatchedWorker {
  readonly pid: number;
  readonly limits: WorkerLimits;
  readonly temporaryFolder: string | undefined;
}

/** Looks at a worker again and again, and tells once when it takes more than it may. */
export class ResourceWatch implements Disposable {
  readonly #worker: WatchedWorker;
  readonly #onExceeded: (exceeded: LimitExceeded) => void;
  readonly #timer: NodeJS.Timeout;
  #isLookingAtFiles = false;

  constructor(worker: WatchedWorker, onExceeded: (exceeded: LimitExceeded) => void) {
    this.#worker = worker;
    this.#onExceeded = onExceeded;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // A folder full of files may take longer than until the next look.
    const exceeded =
      processExceeds(this.#worker) ?? (this.#isLookingAtFiles ? undefined : await this.#lookAtFiles());
    if (exceeded === undefined) return;
    this[Symbol.dispose]();
    this.#onExceeded(exceeded);
  }

  async #lookAtFiles(): Promise<LimitExceeded | undefined> {
    this.#isLookingAtFiles = true;
    try {
      return await filesExceed(this.#worker);
    } finally {
      this.#isLookingAtFiles = false;
    }
  }
}

function processExceeds({ pid, limits }: WatchedWorker): LimitExceeded | undefined {
  const use = readProcessUse(pid);
  if (use === undefined) return undefined;
  if (use.memoryBytes > limits.memoryBytes) {
    const detail = `it took ${inMib(use.memoryBytes)} of memory, and may take ${inMib(limits.memoryBytes)}`;
    return { resource: 'memory', detail };
  }
  if (use.threads > limits.tasks) {
    return { resource: 'process-count', detail: `it started ${use.threads} threads of ${limits.tasks}` };
  }
  const availableBytes = readAvailableMemory();
  if (availableBytes !== undefined && availableBytes < limits.reserveBytes) {
    const detail = `this computer had only ${inMib(availableBytes)} of memory left`;
    return { resource: 'machine-memory', detail };
  }
  return undefined;
}

async function filesExceed({ temporaryFolder, limits }: WatchedWorker): Promise<LimitExceeded | undefined> {
  if (temporaryFolder === undefined) return undefined;
  const { bytes, files } = await sizeOf(temporaryFolder, limits.temporaryFiles);
  if (files > limits.temporaryFiles) {
    return { resource: 'disk-space', detail: `it made more than ${limits.temporaryFiles} files` };
  }
  if (bytes > limits.temporaryBytes) {
    if (!Number.isFinite(bytes)) return { resource: 'disk-space', detail: 'its files cannot be counted' };
    const detail = `it wrote ${inMib(bytes)} of files, and may write ${inMib(limits.temporaryBytes)}`;
    return { resource: 'disk-space', detail };
  }
  return undefined;
}

/** What a folder takes on the disk; counting ends beyond `filesLimit`. Infinite
 * where it cannot be told; what goes away meanwhile counts nothing. */
async function sizeOf(folder: string, filesLimit: number): Promise<{ bytes: number; files: number }> {
  const folders = [folder];
  let bytes = 0;
  let files = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    try {
      for await (const entry of await opendir(next)) {
        const file = path.join(next, entry.name);
        if (entry.isDirectory()) folders.push(file);
        bytes += (await lstat(file)).blocks * BYTES_PER_BLOCK;
        files += 1;
        if (files > filesLimit) return { bytes, files };
      }
    } catch (error) {
      // What cannot be counted counts as too much: a worker might have locked it.
      if (!isGone(error)) return { bytes: Number.POSITIVE_INFINITY, files };
    }
  }
  return { bytes, files };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function inMib(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}
