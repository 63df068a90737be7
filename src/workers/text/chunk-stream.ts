import type { GenerationChunk, GenerationProgress } from '../../shared/task.ts';
import type { Generation } from './generation.ts';

/** A message per token would cost more than the token of a small model; people read on at 50 ms. */
const CHUNK_INTERVAL_MS = 50;

/** Sends what a generation gained: the first token at once, then about every CHUNK_INTERVAL_MS. */
export class ChunkStream {
  readonly #send: (chunk: GenerationChunk) => void;
  #sentTokens: number;
  #sentLength: number;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  /** @param from what the buyer already has. */
  constructor(from: GenerationProgress, send: (chunk: GenerationChunk) => void) {
    this.#sentTokens = from.tokens.length;
    this.#sentLength = from.text.length;
    this.#send = send;
  }

  update(generation: Generation): void {
    const nowMs = performance.now();
    if (nowMs - this.#sentAtMs < CHUNK_INTERVAL_MS) return;
    this.#sentAtMs = nowMs;
    this.flush(generation);
  }

  flush({ tokens, text }: Generation): void {
    if (tokens.length <= this.#sentTokens && text.length <= this.#sentLength) return;
    this.#send({
      tokenOffset: this.#sentTokens,
      tokens: tokens.slice(this.#sentTokens),
      textOffset: this.#sentLength,
      text: text.slice(this.#sentLength),
    });
    this.#sentTokens = tokens.length;
    this.#sentLength = text.length;
  }
}
