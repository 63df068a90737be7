import type { Logger } from 'pino';
import { encodeFrame, FrameReader } from '../../shared/frame-codec.ts';
import { GataError } from '../../shared/gata-error.ts';
import { type FromWorker, fromWorkerSchema, type ToWorker } from '../../shared/worker-protocol.ts';
import { readBoundedLines } from '../sandbox/bounded-lines.ts';
import type { ConfinedProcess, ProcessEnd } from '../sandbox/confined-process.ts';
import { readOomKills } from './oom-kills.ts';
import { ReportedError } from './reported-error.ts';
import { WorkerFaultError } from './worker-fault-error.ts';

const LOG_LINES_PER_WORKER = 200;
/** Far more than `ready`, `loaded` or an error has. */
const SMALL_ANSWER_BYTES = 1024 * 1024;

/** Takes a message of the exchange; returns its outcome, or undefined when more messages follow. */
type TakeMessage<Outcome> = (message: FromWorker) => Outcome | undefined;

interface Exchange {
  /** Bytes that may still come. */
  bytesLeft: number;
  readonly overrun: () => GataError;
  take(message: FromWorker): void;
  fail(error: GataError): void;
}

export interface ExchangeBounds {
  /** The worker is killed when there is no outcome by then. */
  readonly withinMs?: number | undefined;
  /** The worker is killed when it says more than this. */
  readonly bytes?: number;
  /** What the exchange fails with then; a protocol violation unless told otherwise. */
  readonly overrun?: () => GataError;
}

/**
 * Talks with a worker process, one exchange at a time. A worker that says what it was not asked, too much, or what
 * cannot be read, is killed, and so is one that is silent for too long.
 */
export class WorkerConnection {
  readonly #process: ConfinedProcess;
  readonly #logger: Logger;
  readonly #frames = new FrameReader();
  #exchange: Exchange | undefined;
  /** Why nothing more comes. */
  #failure: GataError | undefined;
  #sandboxComplaint: string | undefined;
  #hasSpoken = false;
  /** Processes that the kernel had killed for want of memory when this one was last known to live. */
  #oomKills = readOomKills();

  constructor(process: ConfinedProcess, logger: Logger) {
    this.#process = process;
    this.#logger = logger;
    process.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    readBoundedLines(process.stderr, LOG_LINES_PER_WORKER, (line) => {
      // Once the worker speaks, the sandbox stands, and the line is the worker's own.
      if (!this.#hasSpoken && /^(bwrap|confine): /.test(line)) this.#sandboxComplaint ??= line;
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
   * @throws GataError what `take` throws (a WorkerFaultError also kills the worker), the worker's own error, a
   *   WorkerFaultError when the worker broke, `worker-crashed` when we killed it, or `worker-killed` when
   *   somebody else did.
   */
  async exchange<Outcome>(
    message: ToWorker | undefined,
    take: TakeMessage<Outcome>,
    bounds: ExchangeBounds = {},
  ): Promise<Outcome> {
    const { withinMs, bytes = SMALL_ANSWER_BYTES, overrun = tooMuch } = bounds;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#exchange !== undefined) {
      throw new GataError('internal-error', 'The worker was given a job while it had one.');
    }
    this.#oomKills = readOomKills();
    const outcome = new Promise<Outcome>((resolve, reject) => {
      this.#exchange = {
        bytesLeft: bytes,
        overrun,
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
    const exchange = this.#exchange;
    if (exchange === undefined) {
      this.#punish(violation(`sent ${bytes.byteLength} bytes unasked`));
      return;
    }
    // Counted before they are kept: a frame that never ends must not fill the agent's memory.
    exchange.bytesLeft -= bytes.byteLength;
    if (exchange.bytesLeft < 0) {
      this.#punish(exchange.overrun());
      return;
    }
    try {
      for (const data of this.#frames.push(bytes)) this.#take(fromWorkerSchema.parse(data));
    } catch (error) {
      const isOurs = error instanceof GataError;
      if (isOurs && !(error instanceof WorkerFaultError)) this.#exchange?.fail(error);
      else this.#punish(isOurs ? error : violation('sent a message that cannot be read'));
    }
  }

  #take(message: FromWorker): void {
    this.#hasSpoken = true;
    if (this.#exchange === undefined) throw violation(`sent ${message.type} unasked`);
    if (message.type === 'error') throw new ReportedError(message.code, message.message, message.param);
    this.#exchange.take(message);
  }

  #giveUp(withinMs: number): void {
    const reason = `The worker did not answer within ${withinMs} ms.`;
    this.#punish(new WorkerFaultError('hang', 'worker-crashed', reason));
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

  #endError({ wasKilled, detail, exceeded }: ProcessEnd): GataError {
    if (this.#sandboxComplaint !== undefined) return notStarted(this.#sandboxComplaint);
    const ended = `The worker process ended unexpectedly (${detail}).`;
    const kind = exceeded === 'memory' ? 'memory' : 'crash';
    if (!wasKilled) return new WorkerFaultError(kind, 'worker-crashed', ended);
    if ((readOomKills() ?? 0) > (this.#oomKills ?? Number.POSITIVE_INFINITY)) {
      return new WorkerFaultError(
        'memory',
        'worker-crashed',
        'The system killed the worker for want of memory.',
      );
    }
    return new GataError('worker-killed', ended);
  }
}

/** The worker broke the protocol. */
export function violation(what: string): WorkerFaultError {
  const message = `The worker ${what}; it was killed.`;
  return new WorkerFaultError('protocol-violation', 'worker-protocol-violation', message);
}

function tooMuch(): WorkerFaultError {
  return violation('sent more than its answer may have');
}

function notStarted(reason: string): GataError {
  return new GataError('sandbox-unavailable', `The sandbox could not be started: ${reason}`);
}
