import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface ChainLoopParts {
  /** @returns whether there is something to do at once. */
  readonly turn: () => Promise<boolean>;
  readonly everyMs: number;
  /** Such as `the settlement`. */
  readonly name: string;
  readonly log: Logger;
}

/** Keeps work on the chain going; what fails is tried again. */
export class ChainLoop implements AsyncDisposable {
  readonly #parts: ChainLoopParts;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(parts: ChainLoopParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { turn, everyMs, name, log } = this.#parts;
    while (!this.#stop.signal.aborted) {
      const goesOn = await turn().catch((error: unknown) => {
        log.warn({ err: error }, `${name} did not get on; it tries again`);
        return false;
      });
      if (!goesOn) await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }
}
