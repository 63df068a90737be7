/** Counters at one moment, in clock ticks since some start. */
export interface LoadSample {
  readonly busy: number;
  readonly total: number;
  readonly own: number;
}

/**
 * The share of processor time that others used over a window of samples: a moving mean, exact in the counters'
 * ticks. Starts anew when a counter went backwards, as it does when a process of ours is gone uncounted.
 */
export class LoadWindow {
  readonly #samples: LoadSample[] = [];
  readonly #length: number;

  /** @param length Samples of the window. */
  constructor(length: number) {
    this.#length = length;
  }

  /** @returns The share, 0 to 1; null while the window holds too little. */
  add(sample: LoadSample): number | null {
    const last = this.#samples.at(-1);
    if (last !== undefined && isBackwards(last, sample)) this.#samples.length = 0;
    this.#samples.push(sample);
    if (this.#samples.length > this.#length) this.#samples.shift();
    const first = this.#samples[0] ?? sample;
    const total = sample.total - first.total;
    if (total <= 0) return null;
    const others = sample.busy - first.busy - (sample.own - first.own);
    return Math.min(1, Math.max(0, others / total));
  }
}

function isBackwards(before: LoadSample, after: LoadSample): boolean {
  return after.busy < before.busy || after.total < before.total || after.own < before.own;
}
