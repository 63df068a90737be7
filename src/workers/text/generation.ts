import type { Sampling, TextGenerateOutput } from '../../shared/task.ts';
import { type DecodeTokens, IncrementalDetokenizer } from './incremental-detokenizer.ts';
import { StopMatcher } from './stop-matcher.ts';

export interface GenerationLimits extends Pick<Sampling, 'minTokens' | 'stop'> {
  /** The generation ends with `length` at this many tokens. */
  readonly maxTokens: number;
  readonly endTokens: ReadonlySet<number>;
}

/**
 * A generation as its tokens come in, drawn here or by the worker that began it: its text and how it ends. The
 * end token is the last of `tokens` and has no text.
 */
export class Generation {
  readonly #limits: GenerationLimits;
  readonly #detokenizer: IncrementalDetokenizer;
  readonly #stopMatcher: StopMatcher;
  readonly #tokens: number[] = [];
  #finishReason: TextGenerateOutput['finishReason'] | undefined;

  constructor(limits: GenerationLimits, decode: DecodeTokens) {
    this.#limits = limits;
    this.#detokenizer = new IncrementalDetokenizer(decode);
    this.#stopMatcher = new StopMatcher(limits.stop);
  }

  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** The text that is certain: no incomplete character, no part of a stop string. */
  get text(): string {
    return this.#stopMatcher.text;
  }

  /** Undefined while it goes on. */
  get finishReason(): TextGenerateOutput['finishReason'] | undefined {
    return this.#finishReason;
  }

  /** The next token must not be an end token. */
  get mustGoOn(): boolean {
    return this.#tokens.length < this.#limits.minTokens;
  }

  accept(token: number): void {
    this.#tokens.push(token);
    const mayStop = this.#tokens.length > this.#limits.minTokens;
    if (mayStop && this.#limits.endTokens.has(token)) {
      this.#finish('stop');
      return;
    }
    this.#stopMatcher.push(this.#detokenizer.push(token), mayStop);
    if (this.#stopMatcher.stopped) this.#finishReason = 'stop';
    else if (this.#tokens.length >= this.#limits.maxTokens) this.#finish('length');
  }

  #finish(reason: TextGenerateOutput['finishReason']): void {
    this.#stopMatcher.push(this.#detokenizer.finish(), false);
    this.#stopMatcher.finish();
    this.#finishReason = reason;
  }
}
