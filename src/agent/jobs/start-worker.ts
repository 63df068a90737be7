import type { Logger } from 'pino';
import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import { GataError } from '../../shared/gata-error.ts';
import { BLOB_BYTES_LIMIT } from '../../shared/job-protocol.ts';
import type { TaskOutput } from '../../shared/task.ts';
import { type FromWorker, WORKER_PROTOCOL_VERSION } from '../../shared/worker-protocol.ts';
import { ConfinedProcess, type ProcessEnd } from '../sandbox/confined-process.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type OutputBounds, outputBoundsOf } from './job-bounds.ts';
import { ReportedError } from './reported-error.ts';
import { TokenMeter } from './token-meter.ts';
import { violation, WorkerConnection } from './worker-connection.ts';
import { WorkerFaultError } from './worker-fault-error.ts';
import type { StartWorker } from './worker-pool.ts';
import type { WorkerProcess, WorkerRun } from './worker-process.ts';

export interface WorkerStarterOptions {
  readonly sandbox: Sandbox;
  /** Tried in order. */
  readonly providers: readonly ExecutionProvider[];
  readonly logger: Logger;
  /** A worker that has not said `ready` by then is killed. */
  readonly readyWithinMs?: number;
}

const READY_WITHIN_MS = 30_000;
const LOADED_WITHIN_MS = 10 * 60_000;

/**
 * Starts workers in the sandbox and loads their model. The returned function throws GataError
 * `sandbox-unavailable` without a working sandbox, `worker-crashed` when the process dies, is silent or is
 * aborted, `worker-protocol-violation`, or the worker's own code (`model-load-failed`, `corrupt-bundle`).
 */
export function createWorkerStarter(options: WorkerStarterOptions): StartWorker {
  const { sandbox, providers, logger, readyWithinMs = READY_WITHIN_MS } = options;
  return async (model, { threads, allowUnsandboxed, gpu, signal }) => {
    const { working, detail } = sandbox.describe();
    if (!working && !allowUnsandboxed) throw new GataError('sandbox-unavailable', detail);
    if (signal.aborted) throw new GataError('worker-crashed', 'The worker was stopped before it started.');
    const wrapped = sandbox.wrap({ modelFolder: model.folder, gpu });
    const connection = new WorkerConnection(new ConfinedProcess(wrapped), logger);
    const abort = (): void => void connection.kill();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await connection.exchange(undefined, takeReady, { withinMs: readyWithinMs }).catch(notTheModels);
      await connection.started;
      const { provider } = await connection
        .exchange(
          {
            type: 'load',
            folder: wrapped.modelFolder,
            manifest: model.manifest,
            providers: [...providers],
            threads,
          },
          takeLoaded,
          { withinMs: LOADED_WITHIN_MS },
        )
        .catch(aboutTheModel);
      return new StartedWorker(connection, sandbox.mechanism, provider, model.manifest.contextTokens);
    } catch (error) {
      await connection.kill();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}

/** A worker that has its model. */
class StartedWorker implements WorkerProcess {
  readonly mechanism: string;
  readonly provider: ExecutionProvider;
  readonly #connection: WorkerConnection;
  readonly #contextTokens: number | undefined;
  #runs = 0;

  constructor(
    connection: WorkerConnection,
    mechanism: string,
    provider: ExecutionProvider,
    contextTokens: number | undefined,
  ) {
    this.#connection = connection;
    this.#contextTokens = contextTokens;
    this.mechanism = mechanism;
    this.provider = provider;
  }

  get pid(): number | undefined {
    return this.#connection.pid;
  }

  get exited(): Promise<ProcessEnd> {
    return this.#connection.exited;
  }

  run({ input, resume, onChunk }: WorkerRun): Promise<{ output: TaskOutput; runMs: number }> {
    const id = String(++this.#runs);
    const bounds = outputBoundsOf(input, this.#contextTokens);
    const meter = new TokenMeter(bounds.tokens, resume?.tokens.length ?? 0);
    const take = (message: FromWorker) => {
      if (message.type === 'chunk' && message.id === id) {
        meter.takeChunk(message.chunk);
        onChunk?.(message.chunk);
        return undefined;
      }
      if (message.type === 'result' && message.id === id && message.output.kind === input.kind) {
        meter.takeOutput(message.output);
        return { output: message.output, runMs: message.runMs };
      }
      throw violation(`sent another ${message.type} than run ${id} calls for`);
    };
    const { bytes } = bounds;
    return this.#connection.exchange({ type: 'run', id, input, resume }, take, {
      bytes,
      overrun: () => overrunOf(bounds),
    });
  }

  pace(dutyCycle: number): void {
    this.#connection.tell({ type: 'pace', dutyCycle });
  }

  kill(): Promise<void> {
    return this.#connection.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

function overrunOf({ bytes, isAskedFor }: OutputBounds): GataError {
  if (!isAskedFor) return violation(`sent more than the ${bytes} bytes that its answer may have`);
  const limit = `${BLOB_BYTES_LIMIT / 1024 ** 2} MiB`;
  return new GataError('payload-too-large', `The output is larger than ${limit}. Ask for fewer outputs.`);
}

/** Before it has one, a worker that breaks says nothing about any model. */
function notTheModels(error: unknown): never {
  if (error instanceof WorkerFaultError) throw new GataError(error.code, error.message);
  throw error;
}

/** Before it had any input, a worker's words quote none. */
function aboutTheModel(error: unknown): never {
  if (!(error instanceof ReportedError)) throw error;
  throw new GataError(error.code, error.message, error.param === null ? {} : { param: error.param });
}

function takeReady(message: FromWorker): Extract<FromWorker, { type: 'ready' }> {
  if (message.type !== 'ready') throw violation(`sent ${message.type} before ready`);
  if (message.protocol !== WORKER_PROTOCOL_VERSION) throw violation(`speaks protocol ${message.protocol}`);
  return message;
}

function takeLoaded(message: FromWorker): Extract<FromWorker, { type: 'loaded' }> {
  if (message.type !== 'loaded') throw violation(`answered load with ${message.type}`);
  return message;
}
