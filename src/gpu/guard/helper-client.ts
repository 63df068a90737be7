import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import {
  HELPER_LINE_BYTES_LIMIT,
  type HelperAnswer,
  type HelperRequest,
  helperAnswerSchema,
} from '../../shared/gpu-helper-protocol.ts';
import { LimitError } from '../limits/limit-error.ts';

/** A helper whose driver hangs is as good as none. */
const ANSWER_MS = 3000;
const NOT_IN_PROTOCOL = 'The helper sent what is not in its protocol; install it again.';

/** A connection to the privileged helper: one request at a time, answered in order. */
export class HelperClient implements Disposable {
  readonly #socket: Socket;
  readonly #lost: (why: string) => void;
  #text = '';
  #isDisposed = false;
  #last: Promise<unknown> = Promise.resolve();
  /** Why the connection ended; null: it has not. */
  #why: string | null = null;
  #waiting: PromiseWithResolvers<HelperAnswer> | undefined;

  /**
   * @param lost called once when the connection ends and was not disposed
   * @throws Error when nobody listens there, or this user may not connect.
   */
  static async connect(path: string, lost: (why: string) => void): Promise<HelperClient> {
    const socket = createConnection(path);
    const timer = setTimeout(() => socket.destroy(new Error('The helper does not answer.')), ANSWER_MS);
    try {
      await once(socket, 'connect');
    } finally {
      clearTimeout(timer);
    }
    return new HelperClient(socket, lost);
  }

  private constructor(socket: Socket, lost: (why: string) => void) {
    this.#socket = socket;
    this.#lost = lost;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#take(text));
    // However it ended, the connection is of no use; a reason that the helper gave came before.
    socket.on('error', () => this.#end('The helper ended.'));
    socket.on('close', () => {
      const why = this.#end('The helper ended.');
      if (!this.#isDisposed) this.#lost(why);
    });
  }

  /** @throws LimitError with the helper's code, or `driver-unavailable` when it does not answer. */
  request(request: HelperRequest): Promise<HelperAnswer> {
    const answer = this.#last.then(() => this.#ask(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#socket.destroy();
  }

  async #ask(request: HelperRequest): Promise<HelperAnswer> {
    if (this.#why !== null) throw new LimitError('driver-unavailable', this.#why);
    const waiting = Promise.withResolvers<HelperAnswer>();
    this.#waiting = waiting;
    const timer = setTimeout(() => this.#end('The helper does not answer.'), ANSWER_MS);
    try {
      this.#socket.write(`${JSON.stringify(request)}\n`);
      const answer = await waiting.promise;
      if (answer.answer === 'error') throw new LimitError(answer.code, answer.message);
      return answer;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
      const answer = readAnswer(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 1);
      if (answer === undefined) {
        this.#end(NOT_IN_PROTOCOL);
      } else if (this.#waiting === undefined) {
        // Whoever may not ask is told so before asking.
        this.#end(answer.answer === 'error' ? answer.message : NOT_IN_PROTOCOL);
      } else {
        this.#waiting.resolve(answer);
        this.#waiting = undefined;
      }
    }
    if (this.#text.length > HELPER_LINE_BYTES_LIMIT) this.#end(NOT_IN_PROTOCOL);
  }

  /** The first reason counts; returns it. */
  #end(why: string): string {
    this.#why ??= why;
    this.#waiting?.reject(new LimitError('driver-unavailable', this.#why));
    this.#socket.destroy();
    return this.#why;
  }
}

function readAnswer(line: string): HelperAnswer | undefined {
  try {
    return helperAnswerSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
