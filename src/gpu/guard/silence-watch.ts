/** Tells when the agent has said nothing for too long, and when it speaks again. */
export class SilenceWatch implements Disposable {
  readonly #afterMs: number;
  readonly #silent: () => void;
  readonly #backAgain: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isSilent = false;

  constructor(afterMs: number, events: { silent(): void; backAgain(): void }) {
    this.#afterMs = afterMs;
    this.#silent = events.silent;
    this.#backAgain = events.backAgain;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isSilent = true;
      this.#silent();
    }, this.#afterMs);
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#backAgain();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
