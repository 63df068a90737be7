/** Tokens per second of the generation that runs, or of the last one. Times are milliseconds. */
export class TokenRate {
  #firstMs = 0;
  #lastMs = 0;
  /** Tokens after the first piece, whose time the prompt took as well. */
  #tokens = 0;
  #started = false;
  #last: number | null = null;

  begin(): void {
    this.#last = this.value;
    this.#tokens = 0;
    this.#started = false;
  }

  add(tokens: number, nowMs: number): void {
    if (this.#started) this.#tokens += tokens;
    else this.#firstMs = nowMs;
    this.#started = true;
    this.#lastMs = nowMs;
  }

  /** Null before the first generation. */
  get value(): number | null {
    const seconds = (this.#lastMs - this.#firstMs) / 1000;
    return this.#tokens > 0 && seconds > 0 ? this.#tokens / seconds : this.#last;
  }
}
