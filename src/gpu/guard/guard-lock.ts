import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 50;

/**
 * Lets one guard use a journal. The lock is a listening local socket (abstract on Linux, a named pipe on Windows),
 * which the system ends with its process. Whoever waits for it stays connected, so that a guard that is about to
 * end knows that its successor will finish what it could not.
 */
export class GuardLock implements Disposable {
  readonly #server: Server;
  readonly #waiting = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#waiting.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#waiting.delete(socket));
      socket.resume();
    });
  }

  /** Waits up to `patienceMs` for the holder to end; undefined: it does not. */
  static async acquire(journalPath: string, patienceMs: number): Promise<GuardLock | undefined> {
    const name = lockName(journalPath);
    const deadline = performance.now() + patienceMs;
    do {
      const lock = await GuardLock.#try(name);
      if (lock !== undefined) return lock;
      await waitForEnd(name, Math.max(0, deadline - performance.now()));
    } while (performance.now() < deadline);
    return undefined;
  }

  static async #try(name: string): Promise<GuardLock | undefined> {
    // Wine lets a second server open the same pipe, so the first is asked for before.
    if (process.platform === 'win32' && (await isListening(name))) return undefined;
    const lock = new GuardLock();
    try {
      lock.#server.listen(name);
      await once(lock.#server, 'listening');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
      throw error;
    }
    // The lock alone keeps no program alive.
    lock.#server.unref();
    return lock;
  }

  /** Another guard waits for this one to end. */
  get hasSuccessor(): boolean {
    return this.#waiting.size > 0;
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
  }
}

function lockName(journalPath: string): string {
  const name = `gata-gpu-guard-${createHash('sha256').update(journalPath).digest('hex').slice(0, 32)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  if (process.platform === 'linux') return `\0${name}`;
  return join(tmpdir(), `${name}.sock`);
}

async function isListening(name: string): Promise<boolean> {
  const socket = createConnection(name);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Until the holder's process is gone, or `withinMs`. */
async function waitForEnd(name: string, withinMs: number): Promise<void> {
  const socket = createConnection(name);
  socket.on('error', () => socket.destroy());
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), withinMs);
  // `once` would reject on the error that a holder's death can be.
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  clearTimeout(timer);
  // A holder that hangs does not take the connection; and its address may outlive it by a moment.
  await sleep(RETRY_MS);
}
