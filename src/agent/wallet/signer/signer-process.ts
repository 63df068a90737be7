import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { encodeFrame, FrameReader } from '../../../shared/frame-codec.ts';
import { GataError } from '../../../shared/gata-error.ts';
import {
  type FromSigner,
  fromSignerSchema,
  SIGNER_PROTOCOL_VERSION,
  type ToSigner,
} from '../../../shared/signer-protocol.ts';
import { readBoundedLines } from '../../sandbox/bounded-lines.ts';
import { ConfinedProcess } from '../../sandbox/confined-process.ts';
import { type Confinement, mechanismsOf } from '../../sandbox/mechanism-names.ts';
import { adviceFor, createSandbox } from '../../sandbox/mechanisms.ts';
import { workerLimits } from '../../sandbox/resource-limits.ts';
import type { Sandbox, WorkerProgram } from '../../sandbox/sandbox.ts';
import { Unconfined } from '../../sandbox/unconfined.ts';

const START_MS = 30_000;
const LOG_LINES = 50;
const NO_GPU = { devices: [], renderNodes: [], readOnlyPaths: [], env: {} };

/** A request without the number that ties it to its answer. */
export type SignerRequest = ToSigner extends infer Message
  ? Message extends { id: number }
    ? Omit<Message, 'id'>
    : never
  : never;

export interface SignerIsolation {
  readonly isolated: boolean;
  readonly detail: string;
}

export interface SignerStart {
  /** `out/signer/main.js`, run by this Node. */
  readonly program: WorkerProgram;
  readonly message: Extract<ToSigner, { type: 'start' }>;
  /** Those that are tried; what the platform has unless told otherwise. */
  readonly mechanisms?: readonly Confinement[] | undefined;
  readonly logger: Logger;
}

/** One running signer. It holds the key in its own memory, without files, network and other processes. */
export class SignerProcess implements AsyncDisposable {
  /** For sealing secrets for it. */
  readonly boxKey: string;
  readonly isolation: SignerIsolation;
  /** Resolves when it is gone, for whatever reason. */
  readonly gone: Promise<void>;
  readonly #process: ConfinedProcess;
  readonly #answers: SignerAnswers;
  #nextId = 0;

  private constructor(
    process: ConfinedProcess,
    answers: SignerAnswers,
    boxKey: string,
    isolation: SignerIsolation,
  ) {
    this.#process = process;
    this.#answers = answers;
    this.boxKey = boxKey;
    this.isolation = isolation;
    this.gone = answers.gone;
  }

  /** Starts it in the best sandbox that works. @throws GataError `signer-unavailable`. */
  static async start(options: SignerStart): Promise<SignerProcess> {
    const { program, logger, mechanisms = mechanismsOf(process.platform) } = options;
    const limits = workerLimits({ memoryBytes: totalmem(), processors: availableParallelism() });
    const searchPath = process.env.PATH ?? '/usr/bin';
    const failures: string[] = [];
    for (const mechanism of mechanisms) {
      try {
        const sandbox = await createSandbox(mechanism, { program, searchPath, gpu: NO_GPU, limits });
        return await SignerProcess.#startIn(sandbox, options, {
          isolated: true,
          detail: `The signer has no network, none of your files, and no environment (${mechanism}).`,
        });
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        logger.warn({ err: failure, mechanism }, 'The signer could not be started in this sandbox.');
        failures.push(adviceFor(mechanism, failure));
      }
    }
    const why = failures.join(' ') || `Gata has no sandbox for ${process.platform} yet.`;
    try {
      return await SignerProcess.#startIn(new Unconfined(program, why), options, {
        isolated: false,
        detail: `The signer is a process of its own with an empty environment, but without a sandbox. ${why}`,
      });
    } catch (cause) {
      const message = 'The program that holds the key could not be started. Reinstall Gata, and see its log.';
      throw new GataError('signer-unavailable', message, { cause });
    }
  }

  static async #startIn(
    sandbox: Sandbox,
    { message, logger }: SignerStart,
    isolation: SignerIsolation,
  ): Promise<SignerProcess> {
    const child = new ConfinedProcess(sandbox.wrap({ isAwaited: true }));
    const lines: string[] = [];
    readBoundedLines(child.stderr, LOG_LINES, (line) => {
      lines.push(line);
      logger.info({ line }, 'signer');
    });
    const answers = new SignerAnswers(child);
    child.stdin.write(encodeFrame(message));
    const timer = new AbortController();
    const late = sleep(START_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    const ready = await Promise.race([answers.ready, answers.gone, late]);
    timer.abort();
    if (ready === undefined || ready.protocol !== SIGNER_PROTOCOL_VERSION) {
      await child.kill();
      throw new Error(['it did not start', ...lines].join('; '));
    }
    return new SignerProcess(child, answers, ready.boxKey, isolation);
  }

  /** The process that holds the key; undefined when it is gone. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** @throws GataError with which the signer refused, or `signer-unavailable` when it ends without an answer. */
  async ask<Type extends FromSigner['type']>(
    request: SignerRequest,
    type: Type,
  ): Promise<Extract<FromSigner, { type: Type }>> {
    const id = this.#nextId++;
    const answered = this.#answers.to(id);
    this.#process.stdin.write(encodeFrame({ ...request, id }));
    const answer = await answered;
    if (answer.type === 'refused') throw new GataError(answer.code, answer.message);
    if (isOf(answer, type)) return answer;
    throw new GataError('signer-unavailable', 'The program that holds the key gave another answer.');
  }

  /** Kills it: with its memory the key is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill();
  }
}

type Answer = Exclude<FromSigner, { type: 'ready' }>;
type Ready = Extract<FromSigner, { type: 'ready' }>;

function isOf<Type extends FromSigner['type']>(
  answer: FromSigner,
  type: Type,
): answer is Extract<FromSigner, { type: Type }> {
  return answer.type === type;
}

/** What a signer says, by what it answers. */
class SignerAnswers {
  readonly ready: Promise<Ready>;
  readonly gone: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #ready = Promise.withResolvers<Ready>();
  #isGone = false;

  constructor(child: ConfinedProcess) {
    this.ready = this.#ready.promise;
    const frames = new FrameReader();
    child.stdout.on('data', (bytes: Buffer) => {
      try {
        for (const data of frames.push(bytes)) this.#take(fromSignerSchema.parse(data));
      } catch {
        // It breaks the protocol: nothing it says is believed any more.
        void child.kill();
      }
    });
    const end = (): void => this.#end();
    this.gone = child.exited.then(end, end);
  }

  to(id: number): Promise<Answer> {
    if (this.#isGone) return Promise.reject(unavailable());
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  #take(message: FromSigner): void {
    if (message.type === 'ready') {
      this.#ready.resolve(message);
      return;
    }
    this.#waiting.get(message.id)?.resolve(message);
    this.#waiting.delete(message.id);
  }

  #end(): void {
    this.#isGone = true;
    for (const waiting of this.#waiting.values()) waiting.reject(unavailable());
    this.#waiting.clear();
  }
}

function unavailable(): GataError {
  return new GataError(
    'signer-unavailable',
    'The program that holds the key ended. Unlock the wallet again.',
  );
}
