import { WorkerFaultError } from '../../src/agent/jobs/worker-fault-error.ts';
import type { StartWorker, StartWorkerOptions } from '../../src/agent/jobs/worker-pool.ts';
import type {
  WorkerEnd,
  WorkerModel,
  WorkerProcess,
  WorkerRun,
} from '../../src/agent/jobs/worker-process.ts';
import type { ExecutionProvider } from '../../src/shared/execution-provider.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import type { TaskOutput } from '../../src/shared/task.ts';

type RunResult = { output: TaskOutput; runMs: number };

/** A worker that does what a test tells it to, as a real one would be seen from outside. */
export class PuppetWorker implements WorkerProcess {
  readonly mechanism = 'none';
  readonly provider: ExecutionProvider;
  readonly model: WorkerModel;
  readonly options: StartWorkerOptions;
  readonly runs: WorkerRun[] = [];
  /** The duty cycles it was told, oldest first. */
  readonly paces: number[] = [];
  readonly exited: Promise<WorkerEnd>;
  readonly #exit = Promise.withResolvers<WorkerEnd>();
  #alive = true;
  #run: PromiseWithResolvers<RunResult> | undefined;

  constructor(model: WorkerModel, options: StartWorkerOptions, provider: ExecutionProvider) {
    this.model = model;
    this.provider = provider;
    this.options = options;
    this.exited = this.#exit.promise;
  }

  get pid(): number | undefined {
    return this.#alive ? 1 : undefined;
  }

  get alive(): boolean {
    return this.#alive;
  }

  run(run: WorkerRun): Promise<RunResult> {
    this.runs.push(run);
    this.#run = Promise.withResolvers();
    if (!this.#alive) this.#run.reject(new GataError('worker-crashed', 'It is gone.'));
    return this.#run.promise;
  }

  pace(dutyCycle: number): void {
    this.paces.push(dutyCycle);
  }

  finish(output: TaskOutput): void {
    this.#run?.resolve({ output, runMs: 1 });
  }

  fail(error: GataError): void {
    this.#run?.reject(error);
  }

  crash(): void {
    this.end({ byUs: false, wasKilled: false, detail: 'crashed' });
  }

  async kill(): Promise<void> {
    this.end({ byUs: true, wasKilled: true, detail: 'killed' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  end(end: WorkerEnd): void {
    this.#alive = false;
    const message = 'The worker process ended.';
    this.#run?.reject(
      end.byUs || end.wasKilled
        ? new GataError('worker-crashed', message)
        : new WorkerFaultError('crash', 'worker-crashed', message),
    );
    this.#exit.resolve(end);
  }
}

/** Starts puppet workers and keeps them all, newest last. */
export class PuppetStarter {
  readonly workers: PuppetWorker[] = [];
  /** What workers started from now on say that they run on. */
  provider: ExecutionProvider = 'cpu';
  /** Awaited before a worker has started; a rejection is the start's. */
  before: (model: WorkerModel) => Promise<void> = async () => {};

  readonly start: StartWorker = async (model, options) => {
    await this.before(model);
    options.signal.throwIfAborted();
    const worker = new PuppetWorker(model, options, this.provider);
    this.workers.push(worker);
    return worker;
  };

  get last(): PuppetWorker {
    const worker = this.workers.at(-1);
    if (worker === undefined) throw new Error('No worker was started.');
    return worker;
  }
}
