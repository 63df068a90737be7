import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { type HelperAnswer, helperAnswerSchema } from '../../src/shared/gpu-helper-protocol.ts';

/** Speaks to a helper as the guard does, and also as the guard never would. */
export class HelperClient implements Disposable {
  readonly answers: HelperAnswer[] = [];
  readonly closed: Promise<unknown>;
  readonly #socket: Socket;
  #rest = '';
  #waiting: (() => void)[] = [];

  static async connect(path: string): Promise<HelperClient> {
    const socket = createConnection(path);
    const client = new HelperClient(socket);
    await once(socket, 'connect');
    return client;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (bytes) => this.#receive(bytes.toString()));
    // The helper may hang up on what it is sent.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#wake());
  }

  get isClosed(): boolean {
    return this.#socket.closed;
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends a request and awaits its answer. @throws Error when the connection ends without one. */
  async ask(request: unknown): Promise<HelperAnswer> {
    const at = this.answers.length;
    this.send(`${JSON.stringify(request)}\n`);
    return await this.answer(at);
  }

  /** The answer at that place, counted from 0, when it has come. */
  async answer(at: number): Promise<HelperAnswer> {
    for (;;) {
      const answer = this.answers[at];
      if (answer !== undefined) return answer;
      if (this.isClosed) throw new Error('The helper closed the connection.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Ends without a word, as a killed program does. */
  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.answers.push(helperAnswerSchema.parse(JSON.parse(line)));
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
