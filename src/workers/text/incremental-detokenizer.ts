/** Turns token ids into text; the whole sequence at once. */
export type DecodeTokens = (tokens: readonly number[]) => string;

const INCOMPLETE_CHARACTER = '\uFFFD';
/** A character has at most 4 bytes; a longer run without one is not text, and is given out as it is. */
const INCOMPLETE_TOKENS_LIMIT = 16;

/**
 * Text of a growing token sequence, piece by piece, whose pieces put together are the text of the whole. Only
 * the last few tokens are decoded again at each step; they are decoded together with the ones before, because
 * a decoder may treat the first token of a sequence differently. Bytes of an incomplete character are held back.
 */
export class IncrementalDetokenizer {
  readonly #decode: DecodeTokens;
  /** The tokens decoded at each step; the first `#contextTokens` only give the context. */
  #window: number[] = [];
  #contextTokens = 0;
  #contextLength = 0;
  #givenLength = 0;

  constructor(decode: DecodeTokens) {
    this.#decode = decode;
  }

  /** Takes the next token and returns the text that is now certain. */
  push(token: number): string {
    this.#window.push(token);
    const text = this.#decode(this.#window);
    const isComplete = !text.endsWith(INCOMPLETE_CHARACTER);
    if (isComplete || this.#window.length - this.#contextTokens > INCOMPLETE_TOKENS_LIMIT) {
      const piece = text.slice(this.#contextLength + this.#givenLength);
      this.#advance();
      return piece;
    }
    let certain = text.length;
    while (text[certain - 1] === INCOMPLETE_CHARACTER) certain--;
    return this.#giveUpTo(text, certain);
  }

  /** The sequence is over: what was held back, as it is. */
  finish(): string {
    const text = this.#decode(this.#window);
    return this.#giveUpTo(text, text.length);
  }

  #giveUpTo(text: string, end: number): string {
    const piece = text.slice(this.#contextLength + this.#givenLength, end);
    this.#givenLength += piece.length;
    return piece;
  }

  /** What is given out becomes the context of what follows. */
  #advance(): void {
    this.#window = this.#window.slice(this.#contextTokens);
    this.#contextTokens = this.#window.length;
    this.#contextLength = this.#decode(this.#window).length;
    this.#givenLength = 0;
  }
}
