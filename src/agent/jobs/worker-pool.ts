import type { WorkerModel, WorkerProcess } from './worker-process.ts';

export interface StartWorkerOptions {
  /** Threads inside one operator; 0 leaves the choice to ONNX Runtime. */
  readonly threads: number;
  readonly allowUnsandboxed: boolean;
  /** When it aborts, the process is killed at once, however far its start has come. */
  readonly signal: AbortSignal;
}

/** Starts a worker that has its model loaded. */
export type StartWorker = (model: WorkerModel, options: StartWorkerOptions) => Promise<WorkerProcess>;
