import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.ts';
import {
  HELPER_LINE_BYTES_LIMIT,
  type HelperAnswer,
  type HelperErrorCode,
  type HelperRequest,
  helperRequestSchema,
} from '../../shared/gpu-helper-protocol.ts';
import { LimitError } from '../limits/limit-error.ts';
import type { HelperVerbs } from './helper-verbs.ts';
import { LineReader } from './line-reader.ts';
import { RequestRate } from './request-rate.ts';

/** A guard asks about once a second; this is far above it, and far below what would burden a root process. */
const REQUESTS_PER_SECOND = 20;
const REQUESTS_BURST = 40;
/** Answers that the other side does not read are not kept beyond this. */
const UNREAD_BYTES_LIMIT = 64 * 1024;
/** How long a client has to read the last answer. */
const CLOSE_MS = 1000;

export interface HelperConnectionOptions {
  readonly stream: Duplex;
  /** Names this connection to the leases. */
  readonly owner: string;
  readonly verbs: HelperVerbs;
  readonly clock: Clock;
  /** Silence that ends a connection which holds something. */
  readonly leaseMs: number;
  /** Silence that ends any other. */
  readonly idleMs: number;
  readonly log: (line: string) => void;
  /** Called once, when everything it held is released. */
  readonly onEnd: () => void;
}

/**
 * One client of the helper: reads requests, answers each in order, and owns what it holds. Whatever ends it, its
 * limits are put back first.
 */
export class HelperConnection implements Disposable {
  readonly #options: HelperConnectionOptions;
  readonly #reader = new LineReader(HELPER_LINE_BYTES_LIMIT);
  readonly #rate: RequestRate;
  #silence: NodeJS.Timeout | undefined;
  #holds = false;
  #isEnded = false;

  constructor(options: HelperConnectionOptions) {
    this.#options = options;
    const { stream, clock } = options;
    this.#rate = new RequestRate({ clock, perSecond: REQUESTS_PER_SECOND, burst: REQUESTS_BURST });
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    // `end` too: a client that only stops sending keeps nothing.
    for (const event of ['end', 'close'] as const) stream.on(event, () => this.#end('it ended'));
    stream.on('error', (error) => this.#end(error.message));
    this.#waitForMore();
  }

  /** Releases what it holds and closes it. */
  [Symbol.dispose](): void {
    this.#end('the helper ends');
  }

  #receive(bytes: Buffer): void {
    if (this.#isEnded) return;
    for (const event of this.#reader.push(bytes)) {
      if (this.#isEnded) return;
      if (event === 'too-long') {
        this.#refuse('malformed', `A request is at most ${HELPER_LINE_BYTES_LIMIT} bytes.`);
        return;
      }
      this.#answer(event.line);
    }
  }

  #answer(line: string): void {
    if (!this.#rate.take()) {
      this.#refuse('failed', `Too many requests: at most ${REQUESTS_PER_SECOND} a second are answered.`);
      return;
    }
    const json = parseJson(line);
    if (json === undefined) {
      this.#refuse('malformed', 'A request is one line of JSON.');
      return;
    }
    const request = helperRequestSchema.safeParse(json);
    if (!request.success) {
      this.#send(failure('malformed', 'Not a request: the verbs are describe, hold, renew and release.'));
      return;
    }
    this.#send(this.#perform(request.data));
    this.#waitForMore();
  }

  #perform(request: HelperRequest): HelperAnswer {
    const { verbs, owner, log } = this.#options;
    try {
      switch (request.verb) {
        case 'describe':
          return verbs.describe();
        case 'hold': {
          // Before the attempt: one that fails half-way may hold already.
          this.#holds = true;
          return { answer: 'held', ...verbs.hold(owner, request.uuid, request.limits) };
        }
        case 'renew':
          if (this.#holds) verbs.renew(owner);
          return { answer: 'renewed' };
        case 'release':
          verbs.release(owner);
          this.#holds = false;
          return { answer: 'released' };
      }
    } catch (error) {
      const { code, message } = LimitError.from(error);
      log(`${owner}: ${request.verb} failed: ${message}`);
      return failure(code, message);
    }
  }

  #waitForMore(): void {
    if (this.#isEnded) return;
    clearTimeout(this.#silence);
    const { leaseMs, idleMs } = this.#options;
    this.#silence = setTimeout(() => this.#end('it is silent'), this.#holds ? leaseMs : idleMs);
  }

  #refuse(code: HelperErrorCode, message: string): void {
    this.#options.log(`${this.#options.owner}: ${message}`);
    this.#send(failure(code, message));
    this.#end('it breaks the protocol');
  }

  #send(answer: HelperAnswer): void {
    const { stream } = this.#options;
    if (this.#isEnded || !stream.writable) return;
    stream.write(`${JSON.stringify(answer)}\n`);
    if (stream.writableLength > UNREAD_BYTES_LIMIT) this.#end('it does not read its answers');
  }

  #end(why: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#silence);
    const { verbs, owner, stream, log, onEnd } = this.#options;
    if (this.#holds) {
      try {
        verbs.release(owner);
        log(`${owner}: what it held is put back, because ${why}`);
      } catch (error) {
        // The leases keep what could not be put back, and try again.
        log(`${owner}: not everything could be put back yet: ${LimitError.from(error).message}`);
      }
    }
    closeGently(stream);
    onEnd();
  }
}

/**
 * Lets the last answer out, but waits for nobody who does not read it. What still arrives is read and forgotten:
 * closing with something unread would take the answer along.
 */
export function closeGently(stream: Duplex): void {
  stream.end();
  stream.resume();
  const timer = setTimeout(() => stream.destroy(), CLOSE_MS);
  stream.once('close', () => clearTimeout(timer));
}

export function failure(code: HelperErrorCode, message: string): HelperAnswer {
  return { answer: 'error', code, message };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
