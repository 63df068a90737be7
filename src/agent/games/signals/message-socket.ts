import { connect, type Socket } from 'node:net';

/** Nothing that is of interest here is longer; longer messages are passed over. */
const MESSAGE_BYTES_LIMIT = 1024 * 1024;

/**
 * Tells the length of the message that `bytes` begins with; undefined while there are too few to tell.
 * @throws Error when this is no message.
 */
export type Framing = (bytes: Buffer) => number | undefined;

interface Receiver {
  readonly framing: Framing;
  readonly onMessage: (message: Buffer) => void;
}

/** A local socket cut into messages, of bounded length. Whatever goes wrong closes it; nothing is thrown later. */
export class MessageSocket implements Disposable {
  /** Resolves with the reason when the socket is closed. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #receiver: Receiver | undefined;
  #bytesToPassOver = 0;
  #reason = 'the other side closed the connection';

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.#reason)));
    socket.on('error', (error) => this.close(error.message));
    socket.on('data', (bytes) => this.#receive(bytes));
  }

  /**
   * @param path Path of a Unix socket; one that begins with a zero byte is in Linux's abstract name space.
   * @throws Error when nobody listens there.
   */
  static connect(path: string): Promise<MessageSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path });
      // Signals never keep the agent alive.
      socket.unref();
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new MessageSocket(socket));
      });
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** From now on messages are handed to `onMessage`; an error that it throws closes the socket. */
  receive(framing: Framing, onMessage: (message: Buffer) => void): void {
    this.#receiver = { framing, onMessage };
    this.#deliver();
  }

  /**
   * The next message alone; what follows it waits.
   * @throws Error when the socket is closed first.
   */
  next(framing: Framing): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      void this.closed.then((reason) => reject(new Error(reason)));
      this.receive(framing, (message) => {
        this.#receiver = undefined;
        resolve(message);
      });
    });
  }

  /** Closes the socket unless it is disposed within this time. */
  deadline(ms: number): Disposable {
    const timer = setTimeout(() => this.close(`no answer within ${ms / 1000} s`), ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  }

  close(reason: string): void {
    if (this.#socket.destroyed) return;
    this.#reason = reason;
    this.#receiver = undefined;
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close('closed here');
  }

  #receive(bytes: Buffer): void {
    const passedOver = Math.min(this.#bytesToPassOver, bytes.length);
    this.#bytesToPassOver -= passedOver;
    const rest = bytes.subarray(passedOver);
    this.#pending = this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest]);
    this.#deliver();
  }

  #deliver(): void {
    try {
      while (this.#receiver !== undefined && this.#pending.length > 0) {
        const length = this.#receiver.framing(this.#pending);
        if (length === undefined) break;
        if (length > MESSAGE_BYTES_LIMIT) {
          this.#passOver(length);
          continue;
        }
        if (this.#pending.length < length) break;
        const message = this.#pending.subarray(0, length);
        this.#pending = this.#pending.subarray(length);
        this.#receiver.onMessage(message);
      }
      if (this.#pending.length > 2 * MESSAGE_BYTES_LIMIT) throw new Error('more than was asked for');
    } catch (error) {
      this.close(`not understood: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #passOver(length: number): void {
    this.#bytesToPassOver = Math.max(0, length - this.#pending.length);
    this.#pending = this.#pending.subarray(length);
  }
}
