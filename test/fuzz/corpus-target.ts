import type { FuzzTarget, RandomSource } from './fuzz-target.ts';

/** Inputs that are kept: enough for every kind of answer there is. */
const MOST_KEPT = 3000;
const LONGEST_INPUT = 16 * 1024;

export interface CorpusTargetParts {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  readonly mutate: (original: Uint8Array, other: Uint8Array, random: RandomSource) => Uint8Array;
  /**
   * Feeds one input and returns what it did, in words: an input that does something new is kept and changed further.
   * @throws when it does what it must not.
   */
  readonly run: (input: Uint8Array) => readonly string[];
}

/** A target that grows its inputs from seeds, guided by what they make the code answer. */
export class CorpusTarget implements FuzzTarget {
  readonly name: string;
  readonly #parts: CorpusTargetParts;
  readonly #corpus: Uint8Array[];
  readonly #seen = new Set<string>();
  #lastInput: Uint8Array = new Uint8Array();

  constructor(parts: CorpusTargetParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#corpus = [...parts.seeds];
  }

  /** How many inputs are kept, and how many different answers there were. */
  get progress(): { readonly kept: number; readonly answers: number } {
    return { kept: this.#corpus.length, answers: this.#seen.size };
  }

  /** What was fed last. */
  get lastInput(): Uint8Array {
    return this.#lastInput;
  }

  readonly feed = (random: RandomSource): void => {
    const pick = () => this.#corpus[random.below(this.#corpus.length)] ?? new Uint8Array();
    const input = this.#parts.mutate(pick(), pick(), random);
    this.#lastInput = input;
    let answers: readonly string[];
    try {
      answers = this.#parts.run(input);
    } catch (error) {
      const shown = Buffer.from(input.subarray(0, 16_384)).toString('base64');
      throw new Error(`${this.name} failed on (base64) ${shown}: ${String(error)}`, { cause: error });
    }
    const isNew = answers.filter((answer) => !this.#seen.has(answer)).length > 0;
    if (!isNew) return;
    for (const answer of answers) this.#seen.add(answer);
    this.keep(input);
  };

  /** Keeps an input to change further. */
  keep(input: Uint8Array): void {
    if (input.length <= LONGEST_INPUT && this.#corpus.length < MOST_KEPT)
      this.#corpus.push(Uint8Array.from(input));
  }
}
