import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import {
  decodeEvent,
  encodeRequest,
  textAt,
  waylandFraming,
} from '../../../../../src/agent/games/signals/wayland/wayland-wire.ts';

/** As much of a Wayland compositor as ext-idle-notify-v1 needs: objects are numbered by the client. */
export class Compositor implements AsyncDisposable {
  readonly environment: NodeJS.ProcessEnv;
  /** Which kind of idleness was asked for. */
  asked: 'activity' | 'input' | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #version: number;
  #notifier = 0;
  #notification: { readonly socket: Socket; readonly object: number } | undefined;

  private constructor(folder: string, version: number) {
    this.#version = version;
    this.environment = { WAYLAND_DISPLAY: 'wayland-test', XDG_RUNTIME_DIR: folder };
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** @param version Of ext_idle_notifier_v1; 0 for a compositor without it. */
  static async start(folder: string, version: number): Promise<Compositor> {
    const compositor = new Compositor(folder, version);
    await new Promise<void>((resolve) => {
      compositor.#server.listen(path.join(folder, 'wayland-test'), resolve);
    });
    return compositor;
  }

  tellIdle(): void {
    this.#tell(0);
  }

  tellResumed(): void {
    this.#tell(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #tell(opcode: number): void {
    const notification = this.#notification;
    notification?.socket.write(encodeRequest(notification.object, opcode));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    let pending = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const length = waylandFraming(pending);
        if (length === undefined || length > pending.length) return;
        this.#answer(socket, pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });
  }

  #answer(socket: Socket, message: Buffer): void {
    const { object, opcode, words } = decodeEvent(message);
    const isDisplay = object === 1;
    if (isDisplay && opcode === 1) {
      const registry = words.readUInt32LE(0);
      socket.write(encodeRequest(registry, 0, 1, 'wl_compositor', 6));
      socket.write(encodeRequest(registry, 0, 7, 'wl_seat', 9));
      socket.write(encodeRequest(registry, 0, 8, 'wl_seat', 9));
      if (this.#version > 0)
        socket.write(encodeRequest(registry, 0, 9, 'ext_idle_notifier_v1', this.#version));
    } else if (isDisplay) {
      socket.write(encodeRequest(words.readUInt32LE(0), 0, 0));
    } else if (object === 2 && textAt(words, 4) === 'ext_idle_notifier_v1') {
      this.#notifier = words.readUInt32LE(words.length - 4);
    } else if (object === this.#notifier && (opcode === 1 || opcode === 2)) {
      this.asked = opcode === 2 ? 'input' : 'activity';
      this.#notification = { socket, object: words.readUInt32LE(0) };
    }
  }
}
