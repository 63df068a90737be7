import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that can be read at any place. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Reads into all of `into` from `offset` on, and returns how many bytes there were: fewer only at the end. */
  read(offset: number, into: Uint8Array): number;
}

/** Bytes in memory. */
export class MemorySource implements ByteSource {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.byteLength;
  }

  read(offset: number, into: Uint8Array): number {
    const part = this.#bytes.subarray(offset, offset + into.byteLength);
    into.set(part);
    return part.byteLength;
  }
}

/** A file, read synchronously: for a thread that has nothing else to do. */
export class OpenFileSource implements ByteSource, Disposable {
  readonly size: number;
  readonly #descriptor: number;

  /** @throws the system's error when the file cannot be opened. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  read(offset: number, into: Uint8Array): number {
    let done = 0;
    while (done < into.byteLength) {
      const bytes = readSync(this.#descriptor, into, done, into.byteLength - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}
