import { setImmediate } from 'node:timers/promises';

/** How long quick runs may follow each other on the event loop before it gets its turn. */
const MILLISECONDS_PER_TURN = 1;

/** Sees to it that runs on the calling thread leave the event loop time for everything else. */
export class EventLoopTurn {
  #startedAt = performance.now();
  #next: Promise<void> | undefined;

  isSpent(): boolean {
    return performance.now() - this.#startedAt > MILLISECONDS_PER_TURN;
  }

  /** Settles in the next turn. */
  next(): Promise<void> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<void> {
    await setImmediate();
    this.#next = undefined;
    this.#startedAt = performance.now();
  }
}
