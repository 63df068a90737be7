/** A model may be ahead of its allowance by what it saved before, up to this: about a second's worth of evening out. */
const CREDIT_LIMIT_MS = 50;
/**
 * The most that a model can owe, in milliseconds of rest. Ordinary runs stay far below it; it bounds what a clock
 * that jumped, or one run of many minutes, can cost.
 */
const REST_LIMIT_MS = 120_000;

/**
 * How far the model's time is ahead of its share: `balance = run time - duty cycle × all time`, a leaky bucket that
 * runs fill and time drains. Resting until it is empty makes the share of run time the duty cycle, whatever the
 * runs' length. What a rest lasted too long is credit for later, so that coarse timers do not slow a model down.
 */
export class DutyBalance {
  #dutyCycle = 1;
  #balanceMs = 0;
  #settledAtMs = 0;

  get dutyCycle(): number {
    return this.#dutyCycle;
  }

  /** From `nowMs` on another share holds. What is owed stays owed, at the new rate; at 1 nothing is. */
  change(dutyCycle: number, nowMs: number): void {
    this.#settle(nowMs);
    // At full speed nothing was counted.
    if (dutyCycle === 1 || this.#dutyCycle === 1) this.#balanceMs = 0;
    this.#dutyCycle = dutyCycle;
  }

  /** Milliseconds of rest that are due at `nowMs`; not positive: none. */
  restMs(nowMs: number): number {
    if (this.#dutyCycle === 1) return 0;
    this.#settle(nowMs);
    return this.#balanceMs / this.#dutyCycle;
  }

  /** The model ran from `startMs` to `endMs`. */
  ran(startMs: number, endMs: number): void {
    this.#settle(startMs);
    const limitMs = REST_LIMIT_MS * this.#dutyCycle;
    const runMs = Math.max(0, endMs - startMs);
    this.#balanceMs = Math.min(limitMs, this.#balanceMs + runMs * (1 - this.#dutyCycle));
    this.#settledAtMs = endMs;
  }

  /** Counts the time since the last call as rest. */
  #settle(nowMs: number): void {
    const restedMs = Math.max(0, nowMs - this.#settledAtMs);
    this.#balanceMs = Math.max(-CREDIT_LIMIT_MS, this.#balanceMs - restedMs * this.#dutyCycle);
    this.#settledAtMs = nowMs;
  }
}
