import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import type { ModelManifest } from '../../shared/model-manifest.ts';
import type { GenerationChunk, GenerationProgress, TaskInput, TaskOutput } from '../../shared/task.ts';

export interface WorkerModel {
  readonly manifest: ModelManifest;
  /** Absolute path of the bundle's folder on this machine. */
  readonly folder: string;
}

export interface WorkerRun {
  readonly input: TaskInput;
  readonly resume?: GenerationProgress | undefined;
  readonly onChunk?: ((chunk: GenerationChunk) => void) | undefined;
}

export interface WorkerEnd {
  readonly byUs: boolean;
  /** By SIGKILL, which no fault of the worker sends itself. */
  readonly wasKilled: boolean;
  readonly detail: string;
}

/** One worker process: one model, one run at a time. */
export interface WorkerProcess extends AsyncDisposable {
  /** The process that holds the model and the GPU, as this machine numbers it; undefined when it is gone. */
  readonly pid: number | undefined;
  readonly mechanism: string;
  readonly provider: ExecutionProvider;
  /**
   * @throws GataError with the worker's code for a bad input, `payload-too-large` when the output is (it is then
   * killed), `worker-crashed` or `worker-killed` when we or others killed it; WorkerFaultError when it broke.
   */
  run(run: WorkerRun): Promise<{ output: TaskOutput; runMs: number }>;
  /**
   * From now on, the run in progress included, the model runs for this share of the time: 0.01 to 1, where 1 is
   * without pauses. A worker begins at 1. Nothing happens when the process is gone.
   */
  pace(dutyCycle: number): void;
  /** SIGKILL to the whole sandbox; resolves when the process that holds the model is gone. */
  kill(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<WorkerEnd>;
}
