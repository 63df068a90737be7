/** Calls at most once an interval, the first time soon after being asked, and never in the turn of the asking. */
export class ThrottledCall implements Disposable {
  readonly #intervalMs: number;
  readonly #call: () => void;
  #timer: NodeJS.Timeout | undefined;
  #calledAtMs = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number, call: () => void) {
    this.#intervalMs = intervalMs;
    this.#call = call;
  }

  ask(): void {
    if (this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#calledAtMs + this.#intervalMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#calledAtMs = performance.now();
      this.#call();
    }, waitMs);
  }

  /** Forgets what was asked for. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
