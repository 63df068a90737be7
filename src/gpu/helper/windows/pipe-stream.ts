import { Duplex } from 'node:stream';
import type { PipeApi } from './pipe-api.ts';

/** A client on a pipe's instance, as a stream that is moved on by `poll`. */
export class PipeStream extends Duplex {
  readonly #api: PipeApi;
  readonly #pipe: bigint;
  #unsent: { bytes: Buffer; done: (error?: Error) => void } | undefined;
  #isReading = false;

  constructor(api: PipeApi, pipe: bigint) {
    // Nothing more will come: there is nothing more to say either.
    super({ allowHalfOpen: false });
    this.#api = api;
    this.#pipe = pipe;
  }

  /** Moves what can be moved now. @returns Whether anything was. */
  poll(): boolean {
    if (this.destroyed) return false;
    try {
      return this.#send() || this.#receive();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  override _read(): void {
    this.#isReading = true;
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#unsent = { bytes, done };
    this.poll();
  }

  #send(): boolean {
    if (this.#unsent === undefined) return false;
    const { bytes, done } = this.#unsent;
    const count = this.#api.write(this.#pipe, bytes);
    if (count === undefined) {
      this.destroy();
      return false;
    }
    if (count === bytes.length) {
      this.#unsent = undefined;
      done();
    } else {
      this.#unsent = { bytes: bytes.subarray(count), done };
    }
    return count > 0;
  }

  #receive(): boolean {
    if (!this.#isReading) return false;
    const bytes = this.#api.read(this.#pipe);
    if (bytes === undefined) {
      this.#isReading = false;
      this.push(null);
      return true;
    }
    if (bytes.length === 0) return false;
    this.#isReading = this.push(bytes);
    return true;
  }
}
