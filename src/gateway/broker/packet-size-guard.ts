import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * Follows MQTT's framing (3.1.1, section 2.2: a type byte, then the remaining length in up to four bytes of seven
 * bits) without reading the packets.
 */
export class PacketSizeMeter {
  readonly #limitBytes: number;
  #expect: 'type' | 'length' | 'body' = 'type';
  #length = 0;
  #lengthBytes = 0;
  #bodyLeft = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** @returns false once a packet announces more than the limit, or a length that is none. */
  accept(bytes: Uint8Array): boolean {
    let offset = 0;
    while (offset < bytes.byteLength) {
      if (this.#expect === 'body') {
        const taken = Math.min(this.#bodyLeft, bytes.byteLength - offset);
        offset += taken;
        this.#bodyLeft -= taken;
        if (this.#bodyLeft === 0) this.#expect = 'type';
        continue;
      }
      const byte = bytes[offset] ?? 0;
      offset += 1;
      if (this.#expect === 'type') {
        this.#expect = 'length';
        this.#length = 0;
        this.#lengthBytes = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
      this.#lengthBytes += 1;
      if ((byte & 0x80) !== 0) {
        if (this.#lengthBytes === 4) return false;
        continue;
      }
      if (this.#length > this.#limitBytes) return false;
      this.#bodyLeft = this.#length;
      this.#expect = this.#length === 0 ? 'type' : 'body';
    }
    return true;
  }
}

/** A connection that ends as soon as a packet announces more than the limit, before it is held in memory. */
export class GuardedConnection extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, limitBytes: number, onOversized: () => void) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    const meter = new PacketSizeMeter(limitBytes);
    socket.on('data', (bytes) => {
      if (!meter.accept(bytes)) {
        onOversized();
        this.destroy();
      } else if (!this.push(bytes)) {
        socket.pause();
      }
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
