import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelConfig } from '../model/model-config.ts';
import type { ModelSession } from '../model/model-session.ts';
import { float16Bits, float16Tensor } from '../tensor/float16-tensor.ts';

interface CacheEntry {
  readonly past: string;
  readonly present: string;
  readonly type: 'float32' | 'float16';
  readonly heads: number;
  readonly headSize: number;
}

const PAST_PREFIX = 'past_key_values.';

/**
 * The keys and values of the tokens a decoder has read, in Optimum's layout: inputs `past_key_values.N.key` and
 * `.value` of `[batch, heads, tokens, head size]`, outputs `present.N.key` and `.value`.
 */
export class KeyValueLayout {
  readonly #entries: readonly CacheEntry[];

  /** @throws GataError `model-load-failed` when a cache input has no output or no known shape. */
  constructor(session: ModelSession, config: ModelConfig) {
    this.#entries = session.inputMetadata.flatMap((input) => {
      if (!input.isTensor || !input.name.startsWith(PAST_PREFIX)) return [];
      const present = `present.${input.name.slice(PAST_PREFIX.length)}`;
      const [, heads, , headSize] = input.shape.map((size) => (typeof size === 'number' ? size : undefined));
      const entry = {
        past: input.name,
        present,
        heads: heads ?? config.keyValueHeads,
        headSize: headSize ?? config.headSize,
      };
      const isKnown = session.outputNames.includes(present) && entry.heads && entry.headSize;
      if (!isKnown || (input.type !== 'float32' && input.type !== 'float16')) {
        throw new GataError(
          'model-load-failed',
          `The cache input ${input.name} is not in the layout that Gata runs: export the model with Optimum's text-generation-with-past.`,
        );
      }
      return [{ ...entry, type: input.type, heads: entry.heads ?? 0, headSize: entry.headSize ?? 0 }];
    });
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  hasInput(name: string): boolean {
    return this.#entries.some((entry) => entry.past === name);
  }

  get presentNames(): string[] {
    return this.#entries.map((entry) => entry.present);
  }

  /** Puts a cache of no tokens into `feeds`. */
  clear(feeds: Record<string, Tensor>, batch: number): void {
    for (const { past, type, heads, headSize } of this.#entries) {
      const dims = [batch, heads, 0, headSize];
      feeds[past] =
        type === 'float32'
          ? new Tensor('float32', new Float32Array(0), dims)
          : float16Tensor(new Uint16Array(0), dims);
    }
  }

  /** Puts the cache that a run returned into the feeds of the next run. */
  advance(feeds: Record<string, Tensor>, results: InferenceSession.OnnxValueMapType): void {
    for (const { past, present, type } of this.#entries) {
      const value = results[present];
      if (value === undefined) continue;
      feeds[past] = type === 'float16' ? float16Tensor(float16Bits(value), value.dims) : value;
    }
  }
}
