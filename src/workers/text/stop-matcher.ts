/**
 * Ends a text at the first stop string and gives out only what can no longer become part of one: a tail that a
 * stop string could begin with is held back until the text goes on.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  readonly #longest: number;
  #given = '';
  #held = '';
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
    this.#longest = Math.max(0, ...stops.map((stop) => stop.length));
  }

  /** The text given out so far; a stop string is not part of it. */
  get text(): string {
    return this.#given;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * Takes the next piece of the text.
   * @param mayStop false while stop strings are not accepted yet: the piece is given out as it is.
   */
  push(piece: string, mayStop: boolean): void {
    if (this.#stopped) return;
    if (!mayStop || this.#longest === 0) {
      this.#give(this.#held + piece, '');
      return;
    }
    const text = this.#held + piece;
    const stopAt = this.#earliestStop(text);
    if (stopAt >= 0) {
      this.#stopped = true;
      this.#give(text.slice(0, stopAt), '');
      return;
    }
    const safe = text.length - this.#possibleStopLength(text);
    this.#give(text.slice(0, safe), text.slice(safe));
  }

  /** The text is over: what was held back is no stop string after all. */
  finish(): void {
    if (!this.#stopped) this.#give(this.#held, '');
  }

  #give(text: string, held: string): void {
    this.#given += text;
    this.#held = held;
  }

  #earliestStop(text: string): number {
    let earliest = -1;
    for (const stop of this.#stops) {
      const at = text.indexOf(stop);
      if (at >= 0 && (earliest < 0 || at < earliest)) earliest = at;
    }
    return earliest;
  }

  /** Length of the longest tail of `text` that a stop string begins with. */
  #possibleStopLength(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const tail = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(tail))) return length;
    }
    return 0;
  }
}
