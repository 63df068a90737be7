/** Counts who holds what, by key. */
export class Pins {
  readonly #counts = new Map<string, number>();
  readonly #onFree: (key: string) => void;

  /** @param onFree called when nobody holds a key any more. */
  constructor(onFree: (key: string) => void) {
    this.#onFree = onFree;
  }

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** Holds the key until the pin is disposed of. */
  hold(key: string): Disposable {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        const left = (this.#counts.get(key) ?? 1) - 1;
        if (left > 0) {
          this.#counts.set(key, left);
          return;
        }
        this.#counts.delete(key);
        this.#onFree(key);
      },
    };
  }
}
