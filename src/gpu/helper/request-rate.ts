import type { Clock } from '../../shared/clock.ts';

/** A bucket of requests that fills at a steady rate: a burst is fine, a flood is not. */
export class RequestRate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #filledAtMs: number;

  constructor(options: { clock: Clock; perSecond: number; burst: number }) {
    this.#clock = options.clock;
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#left = options.burst;
    this.#filledAtMs = options.clock.now().getTime();
  }

  /** Takes one request; false when there is none left. */
  take(): boolean {
    const nowMs = this.#clock.now().getTime();
    // A clock that was set back must not empty the bucket.
    const passedSeconds = Math.max(0, nowMs - this.#filledAtMs) / 1000;
    this.#left = Math.min(this.#burst, this.#left + passedSeconds * this.#perSecond);
    this.#filledAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
