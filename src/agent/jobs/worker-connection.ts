import type { Logger } from 'pino';
import { encodeFrame, FrameReader } from '../../shared/frame-codec.ts';
import { GataError } from '../../shared/gata-error.ts';
import { type FromWorker, fromWorkerSchema, type ToWorker } from '../../shared/worker-protocol.ts';
import { readBoundedLines } from '../sandbox/bounded-lines.ts';
import type { ConfinedProcess, ProcessEnd } from '../sandbox/confined-process.ts';

const LOG_LINES_PER_WORKER = 200;

/** Takes a message of the exchange; returns its outcome, or undefined when more messages follow. */
type TakeMessage<Outcome> = (message: FromWorker) => Outcome | undefined;

interface Exchange {
  take(message: FromWorker): void;
  fail(error: GataError): void;
}

/**
 * Talks with a worker process, one exchange at a time. A worker that says what it was not asked, or what cannot
 * be read, is killed, and so is one that is silent for too long.
 */
export class WorkerConnection {
  readonly #process: ConfinedProcess;
  readonly #logger: Logger;
  readonly #frames = new FrameReader();
  #exchange: Exchange | undefined;
  /** Why nothing more comes. */
  #failure: GataError | undefined;
  #sandboxComplaint: string | undefined;

  constructor(process: ConfinedProcess, logger: Logger) {
    this.#process = process;
    this.#logger = logger;
    process.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    readBoundedLines(process.stderr, LOG_LINES_PER_WORKER, (line) => {
      if (line.startsWith('bwrap: ')) this.#sandboxComplaint ??= line;
      logger.info({ pid: process.pid, line }, 'worker');
    });
    process.exited.then(
      (end) => this.#fail(this.#endError(end)),
      (error: unknown) => this.#fail(notStarted(String(error))),
    );
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exited(): Promise<ProcessEnd> {
    return this.#process.exited;
  }

  /** Resolves when `pid` is known. */
  get started(): Promise<void> {
    return this.#process.started;
  }

  /**
   * Sends a message, if one is given, and gives the answers to `take` until it returns an outcome.
   * @param withinMs the worker is killed when there is no outcome by then.
   * @throws GataError what `take` throws (a `worker-protocol-violation` also kills the worker), the worker's own
   *   error, `worker-crashed`, or `worker-killed` when somebody else killed it.
   */
  async exchange<Outcome>(
    message: ToWorker | undefined,
    take: TakeMessage<Outcome>,
    withinMs?: number,
  ): Promise<Outcome> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#exchange !== undefined) {
      throw new GataError('internal-error', 'The worker was given a job while it had one.');
    }
    const outcome = new Promise<Outcome>((resolve, reject) => {
      this.#exchange = {
        take: (received) => {
          const result = take(received);
          if (result === undefined) return;
          this.#exchange = undefined;
          resolve(result);
        },
        fail: (error) => {
          this.#exchange = undefined;
          reject(error);
        },
      };
    });
    const timer = withinMs === undefined ? undefined : setTimeout(() => this.#giveUp(withinMs), withinMs);
    try {
      if (message !== undefined) this.#process.stdin.write(encodeFrame(message));
      return await outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a message that has no answer, also during an exchange; a worker that is gone does not get it. */
  tell(message: ToWorker): void {
    if (this.#failure === undefined) this.#process.stdin.write(encodeFrame(message));
  }

  /** SIGKILL; the exchange in progress fails with `worker-crashed`. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#fail(new GataError('worker-crashed', 'The worker was stopped.'));
    await this.#process.kill();
  }

  #read(bytes: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      for (const data of this.#frames.push(bytes)) this.#take(fromWorkerSchema.parse(data));
    } catch (error) {
      const isOurs = error instanceof GataError;
      if (isOurs && error.code !== 'worker-protocol-violation') this.#exchange?.fail(error);
      else this.#punish(isOurs ? error : violation('sent a message that cannot be read'));
    }
  }

  #take(message: FromWorker): void {
    if (this.#exchange === undefined) throw violation(`sent ${message.type} unasked`);
    if (message.type === 'error') throw new GataError(message.code, message.message, paramOf(message));
    this.#exchange.take(message);
  }

  #giveUp(withinMs: number): void {
    this.#punish(new GataError('worker-crashed', `The worker did not answer within ${withinMs} ms.`));
  }

  #punish(error: GataError): void {
    this.#logger.warn({ pid: this.pid, code: error.code, reason: error.message }, 'worker is killed');
    this.#fail(error);
    void this.#process.kill();
  }

  #fail(error: GataError): void {
    this.#failure ??= error;
    this.#exchange?.fail(this.#failure);
  }

  #endError({ wasKilled, detail }: ProcessEnd): GataError {
    if (this.#sandboxComplaint !== undefined) return notStarted(this.#sandboxComplaint);
    const code = wasKilled ? 'worker-killed' : 'worker-crashed';
    return new GataError(code, `The worker process ended unexpectedly (${detail}).`);
  }
}

/** The worker broke the protocol. */
export function violation(what: string): GataError {
  return new GataError('worker-protocol-violation', `The worker ${what}; it was killed.`);
}

function notStarted(reason: string): GataError {
  return new GataError('sandbox-unavailable', `The sandbox could not be started: ${reason}`);
}

function paramOf({ param }: { param: string | null }): { param?: string } {
  return param === null ? {} : { param };
}
