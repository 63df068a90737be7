/** Where runs take place. */
export type Dispatch =
  /** On a thread of their own; the least delay for the event loop. */
  | 'thread'
  /** On the calling thread, which waits; nothing can abort them. */
  | 'inline'
  /** On a thread, until runs prove to be shorter than the way there and back. */
  | 'auto';

/** A thread costs about 20 µs. Shorter runs than this, the way to the thread included, are worth more inline. */
const QUICK_MILLISECONDS = 0.15;
const QUICK_RUNS_NEEDED = 3;
/** An inline run that took this long was one too many, and more are asked for before the next one. */
const SLOW_MILLISECONDS = 1;
const MOST_QUICK_RUNS_NEEDED = 256;

/** Chooses for one session. Inputs that are larger than those measured count as unknown. */
export class RunDispatcher {
  readonly #mode: Dispatch;
  #quickRuns = 0;
  #quickRunsNeeded = QUICK_RUNS_NEEDED;
  #quickBytes = 0;

  constructor(mode: Dispatch) {
    this.#mode = mode;
  }

  /** @param inputBytes Infinity where it is not known */
  isInline(inputBytes: number): boolean {
    switch (this.#mode) {
      case 'thread':
        return false;
      case 'inline':
        return true;
      case 'auto':
        return this.#quickRuns >= this.#quickRunsNeeded && inputBytes <= this.#quickBytes;
    }
  }

  /** Whether durations matter. */
  get learns(): boolean {
    return this.#mode === 'auto';
  }

  record(milliseconds: number, inputBytes: number, wasInline: boolean): void {
    if (milliseconds > QUICK_MILLISECONDS) this.#quickRuns = 0;
    if (wasInline) {
      if (milliseconds <= SLOW_MILLISECONDS) return;
      this.#quickRunsNeeded = Math.min(this.#quickRunsNeeded * 2, MOST_QUICK_RUNS_NEEDED);
    } else if (milliseconds <= QUICK_MILLISECONDS) {
      this.#quickRuns += 1;
      if (Number.isFinite(inputBytes)) this.#quickBytes = Math.max(this.#quickBytes, inputBytes);
    }
  }
}
