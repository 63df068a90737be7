const CAPACITY = 60;
const SPACING_MS = 1000;

/** The last minute's speed, a sample a second, for a small chart. */
export class SpeedHistory {
  readonly #now: () => number;
  readonly #subscribers = new Set<() => void>();
  #samples: readonly number[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Tokens per second, oldest first, at most 60. A new array at each change. */
  readonly samples = (): readonly number[] => this.#samples;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  /** Samples within one second of the last one are merged into it: the highest stays. */
  record(tokensPerSecond: number): void {
    const now = this.#now();
    if (now - this.#lastAt < SPACING_MS) {
      const last = this.#samples.at(-1) ?? 0;
      if (tokensPerSecond <= last) return;
      this.#samples = this.#samples.with(-1, tokensPerSecond);
    } else {
      this.#samples = [...this.#samples, tokensPerSecond].slice(-CAPACITY);
      this.#lastAt = now;
    }
    for (const subscriber of this.#subscribers) subscriber();
  }
}
