import type { GenerationChunk, GenerationProgress } from '../../shared/task.ts';

/**
 * Puts a generation together from pieces that may come twice, late or not at all. What was taken once never
 * changes and is never repeated; a piece beyond a gap waits for the result, which has everything.
 */
export class GenerationAssembly {
  readonly #tokens: number[];
  #text: string;

  constructor(start: GenerationProgress = { tokens: [], text: '' }) {
    this.#tokens = [...start.tokens];
    this.#text = start.text;
  }

  get text(): string {
    return this.#text;
  }

  get tokenCount(): number {
    return this.#tokens.length;
  }

  progress(): GenerationProgress {
    return { tokens: [...this.#tokens], text: this.#text };
  }

  /** Takes what is new of a piece. @returns whether anything was. */
  append(chunk: GenerationChunk): boolean {
    const knownTokens = this.#tokens.length - chunk.tokenOffset;
    const knownText = this.#text.length - chunk.textOffset;
    if (knownTokens < 0 || knownText < 0) return false;
    const tokens = chunk.tokens.slice(knownTokens);
    const text = chunk.text.slice(knownText);
    for (const token of tokens) this.#tokens.push(token);
    this.#text += text;
    return tokens.length > 0 || text.length > 0;
  }

  /** Takes what a whole generation so far has beyond ours. @returns false when it is another generation. */
  extend(whole: GenerationProgress): boolean {
    if (!this.#isPrefixOf(whole)) return false;
    for (const token of whole.tokens.slice(this.#tokens.length)) this.#tokens.push(token);
    this.#text += whole.text.slice(this.#text.length);
    return true;
  }

  #isPrefixOf(whole: GenerationProgress): boolean {
    return (
      whole.text.startsWith(this.#text) &&
      whole.tokens.length >= this.#tokens.length &&
      this.#tokens.every((token, index) => token === whole.tokens[index])
    );
  }
}
