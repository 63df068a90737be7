import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { resolveCpuThreads } from '../../shared/cpu-threads.ts';
import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { TaskOutput } from '../../shared/task.ts';
import type { BundleLease } from '../models/model-cache.ts';
import { afterCrash, afterRun, type CrashBackoff, NO_CRASHES, pauseLeftMs } from './crash-backoff.ts';
import type { WorkerModel, WorkerProcess, WorkerRun } from './worker-process.ts';

/** Each worker holds its model in memory: more would crowd out the user. */
const WARM_WORKERS_LIMIT = 2;

export interface StartWorkerOptions {
  /** Threads inside one operator; 0 leaves the choice to ONNX Runtime. */
  readonly threads: number;
  readonly allowUnsandboxed: boolean;
  /** When it aborts, the process is killed at once, however far its start has come. */
  readonly signal: AbortSignal;
}

/** Starts a worker that has its model loaded. */
export type StartWorker = (model: WorkerModel, options: StartWorkerOptions) => Promise<WorkerProcess>;

export interface WorkerPoolOptions {
  readonly startWorker: StartWorker;
  /** The bundle of a digest, kept while the worker lives. */
  readonly ensureModel: (digest: string, signal: AbortSignal) => Promise<BundleLease>;
  readonly settings: () => { readonly cpuThreads: number; readonly allowUnsandboxed: boolean };
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface WorkerResult {
  readonly output: TaskOutput;
  readonly runMs: number;
  readonly provider: ExecutionProvider;
}

/** Keeps a model's worker warm for one job, from its acceptance to its end. */
export interface WorkerClaim {
  /** Resolves when the worker has its model; rejects with why it has not. */
  readonly ready: Promise<void>;
  /** What the model runs on; null until it is loaded. */
  readonly provider: ExecutionProvider | null;
  run(run: WorkerRun): Promise<WorkerResult>;
  /** Ends the run by killing the worker. */
  kill(): void;
  release(): void;
}

interface Slot {
  readonly digest: string;
  /** The settings it was started with. */
  readonly settings: string;
  readonly controller: AbortController;
  readonly started: Promise<WorkerProcess>;
  /** Resolves when its process is gone, or never came to be. */
  readonly gone: Promise<void>;
  worker: WorkerProcess | undefined;
  claims: number;
  lastUsed: number;
}

/**
 * One warm worker a model, at most two, the one used longest ago replaced. Starts halted. Workers that crash
 * again and again are held back, which `fault` says in words.
 */
export class WorkerPool extends EventEmitter<{ change: [] }> {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Map<string, Slot>();
  #halted = true;
  #uses = 0;
  #backoff: CrashBackoff = NO_CRASHES;
  #backoffEnds: NodeJS.Timeout | undefined;
  #provider: ExecutionProvider | null = null;

  constructor(options: WorkerPoolOptions) {
    super();
    this.#options = options;
  }

  /** The provider of the worker started last. */
  get provider(): ExecutionProvider | null {
    return this.#provider;
  }

  /** Why no worker is started at the moment, in words. */
  get fault(): string | null {
    const leftMs = pauseLeftMs(this.#backoff, this.#nowMs());
    if (leftMs === 0) return null;
    return `Workers crashed again and again. Compute tries again in ${Math.ceil(leftMs / 1000)} s.`;
  }

  resume(): void {
    this.#halted = false;
  }

  /** The kill signals are sent before this returns. `gone` resolves when the processes no longer exist. */
  halt(): { readonly workers: number; readonly gone: Promise<void> } {
    this.#halted = true;
    const slots = [...this.#slots.values()];
    for (const slot of slots) this.#stop(slot);
    return { workers: slots.length, gone: Promise.all(slots.map((slot) => slot.gone)).then(() => undefined) };
  }

  /** Starts the model's worker now, so that it is warm when the job's turn comes. */
  claim(digest: string): WorkerClaim {
    let claimed = this.#claimSlot(digest);
    const ready = claimed.started.then(() => undefined);
    // A job that ends before its turn never looks.
    ready.catch(() => undefined);
    let released = false;
    return {
      ready,
      get provider() {
        return claimed.worker?.provider ?? null;
      },
      run: async (run) => {
        if (this.#slots.get(digest) !== claimed) claimed = this.#claimSlot(digest);
        const slot = claimed;
        const worker = await slot.started;
        slot.lastUsed = ++this.#uses;
        const { output, runMs } = await worker.run(run);
        this.#backoff = afterRun(this.#backoff, this.#nowMs());
        return { output, runMs, provider: worker.provider };
      },
      kill: () => this.#stop(claimed),
      release: () => {
        if (!released) claimed.claims -= 1;
        released = true;
      },
    };
  }

  #claimSlot(digest: string): Slot {
    const { cpuThreads, allowUnsandboxed } = this.#options.settings();
    const settings = `${cpuThreads} ${allowUnsandboxed}`;
    const existing = this.#slots.get(digest);
    // Changed settings count from the next start on; a worker that somebody waits for is left alone.
    const outdated = existing !== undefined && existing.claims === 0 && existing.settings !== settings;
    if (outdated) this.#stop(existing);
    const slot = existing === undefined || outdated ? this.#start(digest, settings) : existing;
    slot.claims += 1;
    slot.lastUsed = ++this.#uses;
    return slot;
  }

  #start(digest: string, settings: string): Slot {
    const replaced = this.#makeRoom();
    const controller = new AbortController();
    const started = this.#startWorker(digest, controller.signal, replaced);
    const slot: Slot = {
      digest,
      settings,
      controller,
      started,
      gone: started.then(
        (worker) => worker.exited.then(() => undefined),
        () => undefined,
      ),
      worker: undefined,
      claims: 0,
      lastUsed: 0,
    };
    this.#slots.set(digest, slot);
    started.then(
      (worker) => this.#watch(slot, worker),
      (error: unknown) => this.#startFailed(slot, error),
    );
    return slot;
  }

  async #startWorker(
    digest: string,
    signal: AbortSignal,
    replaced: Promise<void> | undefined,
  ): Promise<WorkerProcess> {
    if (this.#halted) throw new GataError('cancelled', 'Compute is paused.');
    const { fault } = this;
    if (fault !== null) throw new GataError('no-capacity', fault);
    const lease = await this.#options.ensureModel(digest, signal);
    try {
      // The graphics card may not hold both models at once.
      await replaced;
      signal.throwIfAborted();
      const { cpuThreads, allowUnsandboxed } = this.#options.settings();
      const worker = await this.#options.startWorker(
        { manifest: lease.manifest, folder: lease.folder },
        { threads: resolveCpuThreads(cpuThreads, availableParallelism()), allowUnsandboxed, signal },
      );
      void worker.exited.finally(() => lease[Symbol.dispose]());
      if (signal.aborted) {
        await worker.kill();
        signal.throwIfAborted();
      }
      return worker;
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  }

  #watch(slot: Slot, worker: WorkerProcess): void {
    slot.worker = worker;
    this.#provider = worker.provider;
    this.emit('change');
    void worker.exited.then(({ byUs, detail }) => {
      this.#forget(slot);
      if (!byUs) this.#crashed(detail);
    });
  }

  #startFailed(slot: Slot, error: unknown): void {
    this.#forget(slot);
    if (slot.controller.signal.aborted) return;
    const isCrash = error instanceof GataError && ['worker-crashed', 'worker-killed'].includes(error.code);
    if (isCrash) this.#crashed(error.message);
  }

  #crashed(detail: string): void {
    this.#options.logger.warn({ detail }, 'A worker crashed.');
    this.#backoff = afterCrash(this.#backoff, this.#nowMs());
    const { fault } = this;
    if (fault === null) return;
    this.#options.logger.error(fault);
    clearTimeout(this.#backoffEnds);
    const leftMs = pauseLeftMs(this.#backoff, this.#nowMs());
    this.#backoffEnds = setTimeout(() => this.emit('change'), leftMs + 1);
    this.#backoffEnds.unref();
    this.emit('change');
  }

  /** Stops the idle worker used longest ago when all places are taken. */
  #makeRoom(): Promise<void> | undefined {
    if (this.#slots.size < WARM_WORKERS_LIMIT) return undefined;
    const idle = [...this.#slots.values()].filter((slot) => slot.claims === 0);
    const [oldest] = idle.sort((a, b) => a.lastUsed - b.lastUsed);
    if (oldest === undefined) return undefined;
    this.#stop(oldest);
    return oldest.gone;
  }

  #stop(slot: Slot): void {
    this.#forget(slot);
    slot.controller.abort(new GataError('cancelled', 'The worker was stopped.'));
    void slot.worker?.kill();
  }

  #forget(slot: Slot): void {
    if (this.#slots.get(slot.digest) === slot) this.#slots.delete(slot.digest);
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}
