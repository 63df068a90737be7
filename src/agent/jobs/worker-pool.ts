import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { resolveCpuThreads } from '../../shared/cpu-threads.ts';
import type { ErrorCode } from '../../shared/error-codes.ts';
import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { GpuSample } from '../../shared/gpu.ts';
import { bundleBytes, type ModelManifest } from '../../shared/model-manifest.ts';
import type { TaskOutput } from '../../shared/task.ts';
import type { WorkerFaultKind } from '../../shared/worker-fault.ts';
import type { BundleLease } from '../models/model-cache.ts';
import { type AllowedGpu, type ComputeLimits, type GpuUse, NO_LIMITS } from './compute-limits.ts';
import { afterCrash, afterRun, type CrashBackoff, NO_CRASHES, pauseLeftMs } from './crash-backoff.ts';
import { WorkerFaultError } from './worker-fault-error.ts';
import { memoryOverrun } from './worker-memory-budget.ts';
import type { WorkerModel, WorkerProcess, WorkerRun } from './worker-process.ts';

/** Each worker holds its model in memory: more would crowd out the user. */
const WARM_WORKERS_LIMIT = 2;

/** A worker that could not start for one of these was started and broke. */
const CRASH_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'worker-crashed',
  'worker-killed',
  'worker-protocol-violation',
]);

export interface StartWorkerOptions {
  /** Threads inside one operator; 0 leaves the choice to ONNX Runtime. */
  readonly threads: number;
  readonly allowUnsandboxed: boolean;
  /** The one card it may see; null: no card is chosen for it. */
  readonly gpu: Pick<AllowedGpu, 'uuid' | 'minorNumber'> | null;
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
  /** The card that its model is on; null where none is chosen. */
  readonly gpuUuid: string | null;
  /** The worker was stopped because its card may no longer be used: the job is not at fault. */
  readonly preempted: boolean;
  run(run: WorkerRun): Promise<WorkerResult>;
  /** Ends the run by killing the worker. */
  kill(): void;
  /** Ends a run that got stuck, silent for `silentMs` up to its deadline, by killing the worker. */
  killStuck(silentMs: number): void;
  release(): void;
}

/** A worker broke while it held a model. */
export interface PoolFault {
  readonly digest: string;
  readonly modelId: string;
  readonly kind: WorkerFaultKind;
  readonly detail: string;
}

interface WorkerPoolEvents {
  change: [];
  fault: [PoolFault];
}

interface Slot {
  readonly digest: string;
  /** The settings it was started with. */
  readonly settings: string;
  readonly controller: AbortController;
  readonly gpu: Pick<AllowedGpu, 'uuid' | 'minorNumber'> | null;
  readonly started: Promise<WorkerProcess>;
  /** Resolves when its process is gone, or never came to be. */
  readonly gone: Promise<void>;
  worker: WorkerProcess | undefined;
  claims: number;
  lastUsed: number;
  /** Runs in progress. */
  runs: number;
  /** The pace that its worker was told; a new one runs without pauses. */
  dutyCycle: number;
  preempted: boolean;
  /** Known when its worker is started. */
  manifest: ModelManifest | undefined;
  /** Its worker's end was counted: each worker crashes once. */
  isCounted: boolean;
  /** So was its model's part in it. */
  isSuspected: boolean;
  /** What its run fails with, when we killed its worker for what it did. */
  killedFor: WorkerFaultError | undefined;
}

/**
 * One warm worker a model, at most two, the one used longest ago replaced. Starts halted. Workers that crash
 * again and again are held back, which `fault` says in words.
 */
export class WorkerPool extends EventEmitter<WorkerPoolEvents> {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Map<string, Slot>();
  #halted = true;
  #uses = 0;
  #backoff: CrashBackoff = NO_CRASHES;
  #backoffEnds: NodeJS.Timeout | undefined;
  #provider: ExecutionProvider | null = null;
  #limits: ComputeLimits = NO_LIMITS;
  /** By card, when a run on it last ended; milliseconds since the epoch. */
  readonly #lastRanMs = new Map<string, number>();

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

  /** What our workers do on the cards that were chosen for them. */
  get gpuUse(): GpuUse[] {
    const slots = [...this.#slots.values()].filter(
      (slot) => slot.gpu !== null && slot.worker?.provider !== 'cpu',
    );
    const uuids = new Set([...this.#lastRanMs.keys(), ...slots.flatMap((slot) => slot.gpu?.uuid ?? [])]);
    return [...uuids].map((uuid) => {
      const here = slots.filter((slot) => slot.gpu?.uuid === uuid);
      return {
        uuid,
        pids: here.flatMap((slot) => slot.worker?.pid ?? []),
        lastRanMs: here.some((slot) => slot.runs > 0) ? this.#nowMs() : (this.#lastRanMs.get(uuid) ?? null),
      };
    });
  }

  resume(): void {
    this.#halted = false;
  }

  /**
   * Keeps workers to the cards that may be used, at the pace they may be used. A worker on another card is
   * killed; its claims say that they were preempted.
   */
  limit(limits: ComputeLimits): void {
    this.#limits = limits;
    for (const slot of this.#slots.values()) {
      const allowed = this.#allowed(slot);
      if (allowed === undefined) {
        slot.preempted = true;
        this.#stop(slot);
      } else {
        this.#pace(slot);
      }
    }
  }

  /** Kills the workers that hold more of a card's memory than a worker may; their runs fail with that. */
  checkMemory(samples: readonly GpuSample[]): void {
    for (const slot of this.#slots.values()) {
      const pid = slot.worker?.pid;
      if (pid === undefined || slot.manifest === undefined) continue;
      const overrun = memoryOverrun(samples, pid, bundleBytes(slot.manifest));
      if (overrun === undefined) continue;
      const used = (overrun.usedBytes / 1e9).toFixed(1);
      const budget = (overrun.budgetBytes / 1e9).toFixed(1);
      const reason = `The worker took ${used} GB of the graphics card's memory; it may take ${budget} GB. It was killed.`;
      slot.killedFor = new WorkerFaultError('memory', 'gpu-memory-exceeded', reason);
      this.#suspect(slot, slot.killedFor);
      this.#stop(slot);
    }
  }

  /** Stops the model's worker; it is not to be used any more. */
  drop(digest: string): void {
    const slot = this.#slots.get(digest);
    if (slot !== undefined) this.#stop(slot);
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
      get gpuUuid() {
        return claimed.gpu?.uuid ?? null;
      },
      get preempted() {
        return claimed.preempted;
      },
      run: async (run) => {
        if (this.#slots.get(digest) !== claimed) claimed = this.#claimSlot(digest);
        const slot = claimed;
        const worker = await slot.started;
        slot.lastUsed = ++this.#uses;
        slot.runs += 1;
        try {
          const { output, runMs } = await worker.run(run);
          this.#backoff = afterRun(this.#backoff, this.#nowMs());
          return { output, runMs, provider: worker.provider };
        } catch (error) {
          const reason = slot.killedFor ?? error;
          this.#suspect(slot, reason);
          throw reason;
        } finally {
          slot.runs -= 1;
          if (slot.gpu !== null && worker.provider !== 'cpu') {
            this.#lastRanMs.set(slot.gpu.uuid, this.#nowMs());
          }
        }
      },
      kill: () => this.#stop(claimed),
      killStuck: (silentMs) => {
        // One that is paced sleeps, so its silence says nothing.
        if (claimed.dutyCycle === 1) {
          const silentSeconds = (silentMs / 1000).toFixed(1);
          const reason = `The worker had said nothing for ${silentSeconds} s at its deadline; it was killed.`;
          claimed.killedFor = new WorkerFaultError('hang', 'job-timeout', reason);
        }
        this.#stop(claimed);
      },
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
    const gpu = this.#chooseGpu();
    const known = (manifest: ModelManifest) => {
      slot.manifest = manifest;
    };
    const started = this.#startWorker(digest, gpu, controller.signal, replaced, known);
    const slot: Slot = {
      digest,
      settings,
      controller,
      gpu,
      started,
      gone: started.then(
        (worker) => worker.exited.then(() => undefined),
        () => undefined,
      ),
      worker: undefined,
      claims: 0,
      lastUsed: 0,
      runs: 0,
      dutyCycle: 1,
      preempted: false,
      manifest: undefined,
      isCounted: false,
      isSuspected: false,
      killedFor: undefined,
    };
    this.#slots.set(digest, slot);
    started.then(
      (worker) => this.#watch(slot, worker),
      (error: unknown) => this.#startFailed(slot, error),
    );
    return slot;
  }

  /** The allowed card with the fewest workers, of those the one that may work most. */
  #chooseGpu(): AllowedGpu | null {
    const workersOn = (gpu: AllowedGpu) =>
      [...this.#slots.values()].filter((slot) => slot.gpu?.uuid === gpu.uuid).length;
    const [chosen] = (this.#limits.gpus ?? []).toSorted(
      (one, other) => workersOn(one) - workersOn(other) || other.dutyCycle - one.dutyCycle,
    );
    return chosen ?? null;
  }

  /** null: no card is governed, or none was chosen. undefined: its card may no longer be used. */
  #allowed({ gpu }: Slot): AllowedGpu | null | undefined {
    if (gpu === null || this.#limits.gpus === null) return null;
    return this.#limits.gpus.find((allowed) => allowed.uuid === gpu.uuid);
  }

  /** What runs on the processor does not heat the card. */
  #pace(slot: Slot): void {
    if (slot.worker === undefined || slot.worker.provider === 'cpu') return;
    const dutyCycle = this.#allowed(slot)?.dutyCycle ?? 1;
    if (dutyCycle === slot.dutyCycle) return;
    slot.dutyCycle = dutyCycle;
    slot.worker.pace(dutyCycle);
  }

  async #startWorker(
    digest: string,
    gpu: Slot['gpu'],
    signal: AbortSignal,
    replaced: Promise<void> | undefined,
    known: (manifest: ModelManifest) => void,
  ): Promise<WorkerProcess> {
    if (this.#halted) throw new GataError('cancelled', 'Compute is paused.');
    const { fault } = this;
    if (fault !== null) throw new GataError('no-capacity', fault);
    const lease = await this.#options.ensureModel(digest, signal);
    try {
      known(lease.manifest);
      // The graphics card may not hold both models at once.
      await replaced;
      signal.throwIfAborted();
      const { cpuThreads, allowUnsandboxed } = this.#options.settings();
      const worker = await this.#options.startWorker(
        { manifest: lease.manifest, folder: lease.folder },
        { threads: resolveCpuThreads(cpuThreads, availableParallelism()), allowUnsandboxed, gpu, signal },
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
    this.#pace(slot);
    this.#provider = worker.provider;
    this.emit('change');
    void worker.exited.then(({ byUs, wasKilled, detail }) => {
      this.#forget(slot);
      if (byUs) return;
      this.#crashed(slot, detail);
      // A run in progress knows better what happened, and says so itself.
      if (slot.runs > 0 || wasKilled) return;
      const reason = `The worker ended while it had nothing to do (${detail}).`;
      this.#suspect(slot, new WorkerFaultError('crash', 'worker-crashed', reason));
    });
  }

  #startFailed(slot: Slot, error: unknown): void {
    this.#forget(slot);
    if (slot.controller.signal.aborted) return;
    this.#suspect(slot, error);
    const isCrash = error instanceof GataError && CRASH_CODES.has(error.code);
    if (isCrash) this.#crashed(slot, error.message);
  }

  /** A fault speaks against the model; everything else that may end a run does not. */
  #suspect(slot: Slot, error: unknown): void {
    if (!(error instanceof WorkerFaultError) || slot.isSuspected) return;
    slot.isSuspected = true;
    const { digest, manifest } = slot;
    const detail = error.message;
    this.#crashed(slot, detail);
    this.emit('fault', { digest, modelId: manifest?.id ?? digest, kind: error.kind, detail });
  }

  #crashed(slot: Slot, detail: string): void {
    if (slot.isCounted) return;
    slot.isCounted = true;
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
