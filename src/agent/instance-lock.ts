import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { GataError } from '../shared/gata-error.ts';

const ANSWER_TIMEOUT_MS = 1000;

const holderSchema = z.object({ pid: z.int(), address: z.string().nullable() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Lets one agent use a data folder. The lock is a listening local socket (abstract on Linux, a named pipe on
 * Windows), which the system itself ends with the process: a killed agent leaves nothing stale. Whoever
 * connects is told who holds it.
 */
export class InstanceLock implements AsyncDisposable {
  readonly #server: Server;
  #address: string | null = null;

  private constructor() {
    this.#server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(JSON.stringify({ pid: process.pid, address: this.#address }));
    });
  }

  /** @throws GataError `already-running`, naming the pid and the dashboard's address of the one that runs. */
  static async acquire(dataFolder: string): Promise<InstanceLock> {
    const lock = new InstanceLock();
    const name = lockName(dataFolder);
    // Wine lets a second server open the same pipe, so the first is asked for before.
    const holder = await askHolder(name);
    if (holder !== undefined) throw alreadyRunning(dataFolder, holder);
    try {
      lock.#server.listen(name);
      await once(lock.#server, 'listening');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      throw alreadyRunning(dataFolder, await askHolder(name));
    }
    // The lock alone keeps no program alive.
    lock.#server.unref();
    return lock;
  }

  /** The dashboard's address, to be told to a second instance. */
  publish(address: string): void {
    this.#address = address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

function lockName(dataFolder: string): string {
  const name = `gata-${userInfo().username}-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 32)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  if (process.platform === 'linux') return `\0${name}`;
  return join(tmpdir(), `${name}.sock`);
}

function alreadyRunning(dataFolder: string, holder: Holder | undefined): GataError {
  const who = holder === undefined ? '' : ` (pid ${holder.pid})`;
  const where = holder?.address == null ? '' : ` Its dashboard is at ${holder.address}.`;
  return new GataError(
    'already-running',
    `Gata runs already${who} with the data folder ${dataFolder}.${where} Use that one, or choose another folder with --data-dir.`,
  );
}

async function askHolder(name: string): Promise<Holder | undefined> {
  const socket = createConnection(name);
  const timer = setTimeout(() => socket.destroy(new Error('no answer')), ANSWER_TIMEOUT_MS);
  try {
    return holderSchema.parse(await json(socket));
  } catch {
    // Nobody holds it; or the holder is just ending or hangs, and says nothing.
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
