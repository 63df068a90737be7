/**
 * Hands out the indices of the largest weights first, equal ones by index. A heap: a sampler wants the first few
 * of a whole vocabulary, at every token.
 */
export class LargestFirst {
  readonly #weights: Float64Array;
  readonly #heap: Int32Array;
  #size: number;

  /**
   * @param weights read while indices are taken.
   * @param heap scratch memory, at least as long as `length`.
   * @param floor indices of smaller weights are left out; so are those of weight 0.
   */
  constructor(weights: Float64Array, heap: Int32Array, length: number, floor: number) {
    this.#weights = weights;
    this.#heap = heap;
    let size = 0;
    for (let index = 0; index < length; index++) {
      const weight = weights[index] ?? 0;
      if (weight > 0 && weight >= floor) heap[size++] = index;
    }
    this.#size = size;
    for (let at = (size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The index of the largest weight left, or -1 when none is. */
  take(): number {
    if (this.#size === 0) return -1;
    const heap = this.#heap;
    const top = heap[0] ?? -1;
    this.#size--;
    heap[0] = heap[this.#size] ?? -1;
    this.#sink(0);
    return top;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const moved = heap[from] ?? 0;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#isBefore(heap[child + 1] ?? 0, heap[child] ?? 0)) child++;
      if (!this.#isBefore(heap[child] ?? 0, moved)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = moved;
  }

  #isBefore(a: number, b: number): boolean {
    const weightOfA = this.#weights[a] ?? 0;
    const weightOfB = this.#weights[b] ?? 0;
    return weightOfA > weightOfB || (weightOfA === weightOfB && a < b);
  }
}
