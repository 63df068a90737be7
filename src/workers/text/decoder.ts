import { Tensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelConfig } from '../model/model-config.ts';
import type { ModelSession } from '../model/model-session.ts';
import { floatsOf } from '../tensor/tensor-floats.ts';
import { KeyValueLayout } from './key-value-layout.ts';

/** The inputs that a decoder may have besides the cache. */
const KNOWN_INPUTS = new Set([
  'input_ids',
  'attention_mask',
  'position_ids',
  'use_cache_branch',
  'num_logits_to_keep',
]);

/** A causal language model in Optimum's layout, with a key/value cache. */
export class Decoder {
  readonly session: ModelSession;
  readonly cache: KeyValueLayout;
  readonly contextTokens: number;

  /** @throws GataError `model-load-failed` when the model is no decoder with a cache. */
  constructor(session: ModelSession, config: ModelConfig, contextTokens: number) {
    this.session = session;
    this.contextTokens = contextTokens;
    this.cache = new KeyValueLayout(session, config);
    const { inputNames, outputNames } = session;
    const strange = inputNames.find((name) => !KNOWN_INPUTS.has(name) && !this.cache.hasInput(name));
    const isDecoder = inputNames.includes('input_ids') && outputNames.includes('logits');
    if (strange !== undefined || this.cache.isEmpty || !isDecoder) {
      const also = strange === undefined ? '' : ` The input ${strange} is unknown.`;
      throw new GataError(
        'model-load-failed',
        `A text.generate model needs input_ids, past_key_values and logits: export it with Optimum's text-generation-with-past.${also}`,
      );
    }
  }
}

/** One sequence of tokens that a decoder reads, piece by piece. */
export class DecoderSequence {
  readonly #decoder: Decoder;
  readonly #fetches: readonly string[];
  readonly #feeds: Record<string, Tensor> = {};
  readonly #wants: Readonly<Record<'mask' | 'positions' | 'branch' | 'keep', boolean>>;
  readonly #ones: BigInt64Array;
  #length = 0;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
    this.#fetches = ['logits', ...decoder.cache.presentNames];
    this.#ones = new BigInt64Array(decoder.contextTokens).fill(1n);
    const names = new Set(decoder.session.inputNames);
    this.#wants = {
      mask: names.has('attention_mask'),
      positions: names.has('position_ids'),
      branch: names.has('use_cache_branch'),
      keep: names.has('num_logits_to_keep'),
    };
    decoder.cache.clear(this.#feeds, 1);
  }

  /**
   * Reads the tokens that follow and returns the logits of the token after them, one per token of the
   * vocabulary; the caller may change them.
   */
  async read(tokens: readonly number[]): Promise<Float32Array> {
    const { session, cache } = this.#decoder;
    const feeds = this.#feeds;
    const before = this.#length;
    const after = before + tokens.length;
    feeds.input_ids = int64Row(tokens.length, (index) => tokens[index] ?? 0);
    if (this.#wants.mask)
      feeds.attention_mask = new Tensor('int64', this.#ones.subarray(0, after), [1, after]);
    if (this.#wants.positions) feeds.position_ids = int64Row(tokens.length, (index) => before + index);
    if (this.#wants.branch) feeds.use_cache_branch = new Tensor('bool', [before > 0], [1]);
    if (this.#wants.keep) feeds.num_logits_to_keep = new Tensor('int64', new BigInt64Array([1n]), []);
    const results = await session.run(feeds, this.#fetches);
    cache.advance(feeds, results);
    this.#length = after;
    return lastRow(results.logits);
  }
}

function int64Row(length: number, valueAt: (index: number) => number): Tensor {
  const values = new BigInt64Array(length);
  for (let index = 0; index < length; index++) values[index] = BigInt(valueAt(index));
  return new Tensor('int64', values, [1, length]);
}

/** The last row of `[1, tokens, vocabulary]`. */
function lastRow(logits: Tensor | undefined): Float32Array {
  const vocabulary = logits?.dims.at(-1) ?? 0;
  if (logits === undefined || vocabulary === 0) {
    throw new GataError('model-load-failed', 'The model returned no logits: it is not a language model.');
  }
  const values = floatsOf(logits);
  return values.subarray(values.length - vocabulary);
}
