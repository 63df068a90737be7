import { once } from 'node:events';
import { chmodSync, chownSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { HelperServer } from './helper-server.ts';
import type { PeerCredentialsReader } from './peer-credentials.linux.ts';

/** Connections beyond are closed by Node unseen: those turned away, and those about to be. */
const SOCKETS_LIMIT = 32;

export interface UnixListenerOptions {
  readonly server: HelperServer;
  /** Who may ask, besides root. */
  readonly allowedUids: readonly number[];
  /** The descriptor of a socket that listens already, or the path of one to make. */
  readonly socket: number | string;
  readonly peers: PeerCredentialsReader;
}

/** Lets the allowed users of this machine in, by what the kernel says of them. */
export class UnixListener implements AsyncDisposable {
  readonly #options: UnixListenerOptions;
  readonly #server: Server;

  private constructor(options: UnixListenerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = SOCKETS_LIMIT;
  }

  /** @throws Error when the socket cannot be listened on. */
  static async listen(options: UnixListenerOptions): Promise<UnixListener> {
    const listener = new UnixListener(options);
    const { socket, allowedUids } = options;
    if (typeof socket === 'number') {
      listener.#server.listen({ fd: socket });
      await once(listener.#server, 'listening');
      return listener;
    }
    rmSync(socket, { force: true });
    // Nobody may slip in between its making and its mode.
    const before = process.umask(0o177);
    try {
      listener.#server.listen(socket);
      await once(listener.#server, 'listening');
    } finally {
      process.umask(before);
    }
    const [first] = allowedUids;
    if (first !== undefined && process.getuid?.() === 0) chownSync(socket, first, 0);
    chmodSync(socket, 0o600);
    return listener;
  }

  /** Takes no more connections; those that are stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.unref();
    await Promise.race([closed, new Promise((resolve) => setImmediate(resolve))]);
  }

  #accept(socket: Socket): void {
    const { server, allowedUids, peers } = this.#options;
    const peer = peers.read(socket);
    if (peer === undefined) {
      server.refuse(socket, 'a client that the kernel does not tell of');
      return;
    }
    const name = `pid ${peer.pid}, uid ${peer.uid}`;
    if (peer.uid === 0 || allowedUids.includes(peer.uid)) server.accept(socket, name);
    else server.refuse(socket, name);
  }
}
