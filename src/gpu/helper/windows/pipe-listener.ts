import { setTimeout as sleep } from 'node:timers/promises';
import type { HelperServer } from '../helper-server.ts';
import type { PipeApi } from './pipe-api.ts';
import { PipeStream } from './pipe-stream.ts';

/** One guard, and somebody who asks meanwhile; more wait until one is free. */
const INSTANCES = 4;
/** How soon the next look follows one that moved something, and one that did not. */
const BUSY_POLL_MS = 10;
const CONNECTED_POLL_MS = 50;
const QUIET_POLL_MS = 150;

export interface PipeListenerOptions {
  readonly api: PipeApi;
  readonly server: HelperServer;
  /** Such as `\\.\pipe\gata-gpu-helper`. */
  readonly name: string;
  /** Who may open the pipe, besides the system and administrators. */
  readonly allowedSids: readonly string[];
}

interface Instance {
  pipe: bigint;
  stream: PipeStream | undefined;
}

/**
 * Lets the allowed users of this machine in: Windows itself refuses everybody else the pipe. It looks at the pipe
 * every few milliseconds rather than have Windows write into memory of a garbage-collected program.
 */
export class PipeListener implements Disposable {
  readonly #options: PipeListenerOptions;
  readonly #instances: Instance[] = [];
  readonly #ended = new AbortController();

  /** @throws Error when another program has made the pipe already, or Windows refuses. */
  constructor(options: PipeListenerOptions) {
    this.#options = options;
    try {
      for (let index = 0; index < INSTANCES; index += 1) {
        this.#instances.push({ pipe: this.#create(index === 0), stream: undefined });
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Serves until disposed. @throws Error when Windows refuses a call that it always grants. */
  async serve(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const isBusy = this.#instances.map((instance) => this.#look(instance)).includes(true);
      const isConnected = this.#instances.some(({ stream }) => stream !== undefined);
      const pause = isBusy ? BUSY_POLL_MS : isConnected ? CONNECTED_POLL_MS : QUIET_POLL_MS;
      await sleep(pause, undefined, { signal: this.#ended.signal }).catch((error: unknown) => {
        if (!this.#ended.signal.aborted) throw error;
      });
    }
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
    for (const { pipe, stream } of this.#instances.splice(0)) {
      stream?.destroy();
      this.#options.api.close(pipe);
    }
  }

  #look(instance: Instance): boolean {
    const { api, server } = this.#options;
    if (instance.stream !== undefined) return instance.stream.poll();
    const state = api.state(instance.pipe);
    if (state === 'waiting') return false;
    if (state === 'ended') {
      // Its client came and went between two looks.
      this.#renew(instance);
      return false;
    }
    const stream = new PipeStream(api, instance.pipe);
    instance.stream = stream;
    stream.once('close', () => {
      instance.stream = undefined;
      if (this.#instances.includes(instance)) this.#renew(instance);
    });
    server.accept(stream, 'a client');
    return true;
  }

  /** A pipe that was used is closed, not reused: Windows would throw away an answer that is not read yet. */
  #renew(instance: Instance): void {
    const used = instance.pipe;
    // First, so that the name is never free for another program to take.
    instance.pipe = this.#create(false);
    this.#options.api.close(used);
  }

  #create(isFirst: boolean): bigint {
    const { api, name, allowedSids } = this.#options;
    const security = pipeSecurity(allowedSids);
    return api.create({ name, security, instances: INSTANCES + 1, isFirst });
  }
}

/**
 * Full access for the system and administrators, reading and writing for the users, nothing for anybody else;
 * a protected list, so that nothing is inherited.
 */
export function pipeSecurity(allowedSids: readonly string[]): string {
  return `D:P(A;;GA;;;SY)(A;;GA;;;BA)${allowedSids.map((sid) => `(A;;GRGW;;;${sid})`).join('')}`;
}
