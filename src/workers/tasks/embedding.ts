import { Tensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import type { EmbeddingInput, EmbeddingOutput } from '../../shared/task.ts';
import { contextTokensOf } from '../model/context-tokens.ts';
import type { ModelSession } from '../model/model-session.ts';
import { floatsOf } from '../tensor/tensor-floats.ts';
import { meanOfRows, normalise } from '../tensor/vectors.ts';
import { KeyValueLayout } from '../text/key-value-layout.ts';
import type { TextTokenizer } from '../text/text-tokenizer.ts';
import type { ModelParts, Task } from './task.ts';

/** Texts of a batch, and their tokens with padding. */
const BATCH_TEXTS = 32;
const BATCH_TOKENS = 8192;

/** One vector per text first, then one per token, which are averaged, then what a classifier head would read. */
const OUTPUTS = ['sentence_embedding', 'last_hidden_state', 'token_embeddings', 'pooler_output'];

interface EncodedText {
  readonly index: number;
  readonly tokens: readonly number[];
}

/** A unit vector per text. */
export class EmbeddingTask implements Task<'embedding'> {
  readonly #session: ModelSession;
  readonly #tokenizer: TextTokenizer;
  readonly #cache: KeyValueLayout;
  readonly #contextTokens: number;
  readonly #output: string;

  private constructor(parts: ModelParts, tokenizer: TextTokenizer) {
    this.#session = parts.session;
    this.#tokenizer = tokenizer;
    this.#cache = new KeyValueLayout(parts.session, parts.config);
    this.#contextTokens = contextTokensOf(parts);
    const output = OUTPUTS.find((name) => parts.session.outputNames.includes(name));
    if (output === undefined) {
      throw new GataError('model-load-failed', `An embedding model returns one of: ${OUTPUTS.join(', ')}.`);
    }
    this.#output = output;
  }

  static async create(parts: ModelParts): Promise<EmbeddingTask> {
    return new EmbeddingTask(parts, await parts.tokenizer());
  }

  async run({ texts }: EmbeddingInput): Promise<EmbeddingOutput> {
    const encoded = texts.map((text, index) => this.#encode(text, index));
    const vectors: Float32Array[] = [];
    for (const batch of batchesOf(encoded)) {
      const rows = await this.#embed(batch);
      batch.forEach(({ index }, row) => {
        vectors[index] = rows[row] ?? new Float32Array();
      });
    }
    const dimensions = vectors[0]?.length ?? 0;
    const all = new Float32Array(dimensions * vectors.length);
    vectors.forEach((vector, index) => {
      all.set(vector, index * dimensions);
    });
    return {
      kind: 'embedding',
      dimensions,
      vectors: new Uint8Array(all.buffer),
      promptTokens: encoded.reduce((sum, { tokens }) => sum + tokens.length, 0),
    };
  }

  #encode(text: string, index: number): EncodedText {
    const tokens = this.#tokenizer.encode(text);
    if (tokens.length <= this.#contextTokens) return { index, tokens };
    throw new GataError(
      'context-length-exceeded',
      `Text ${index} has ${tokens.length} tokens, and the model holds ${this.#contextTokens}. Shorten it.`,
      { param: 'input' },
    );
  }

  async #embed(batch: readonly EncodedText[]): Promise<Float32Array[]> {
    const width = Math.max(...batch.map(({ tokens }) => tokens.length));
    const dims = [batch.length, width];
    const results = await this.#session.run(this.#feeds(batch, width), [this.#output]);
    const output = results[this.#output];
    const size = output?.dims.at(-1) ?? 0;
    if (output === undefined || size === 0 || output.dims[0] !== dims[0]) {
      throw new GataError('model-load-failed', `The model's ${this.#output} has an unknown shape.`);
    }
    const values = floatsOf(output);
    return batch.map(({ tokens }, row) => {
      if (output.dims.length === 2) return normalise(values.slice(row * size, (row + 1) * size));
      const first = row * width * size;
      return normalise(meanOfRows(values.subarray(first, first + tokens.length * size), size));
    });
  }

  #feeds(batch: readonly EncodedText[], width: number): Record<string, Tensor> {
    const cells = batch.length * width;
    const columns = {
      input_ids: new BigInt64Array(cells).fill(BigInt(this.#tokenizer.padToken)),
      attention_mask: new BigInt64Array(cells),
      position_ids: new BigInt64Array(cells),
      token_type_ids: new BigInt64Array(cells),
    };
    batch.forEach(({ tokens }, row) => {
      tokens.forEach((token, position) => {
        const cell = row * width + position;
        columns.input_ids[cell] = BigInt(token);
        columns.attention_mask[cell] = 1n;
        columns.position_ids[cell] = BigInt(position);
      });
    });
    const feeds: Record<string, Tensor> = {};
    for (const [name, values] of Object.entries(columns)) {
      if (this.#session.inputNames.includes(name))
        feeds[name] = new Tensor('int64', values, [batch.length, width]);
    }
    this.#cache.clear(feeds, batch.length);
    return feeds;
  }
}

/** Batches of texts of like length, so that little is padding. */
function batchesOf(texts: readonly EncodedText[]): EncodedText[][] {
  const batches: EncodedText[][] = [];
  let batch: EncodedText[] = [];
  for (const text of texts.toSorted((a, b) => a.tokens.length - b.tokens.length)) {
    const isFull = batch.length >= BATCH_TEXTS || (batch.length + 1) * text.tokens.length > BATCH_TOKENS;
    if (isFull && batch.length > 0) {
      batches.push(batch);
      batch = [];
    }
    batch.push(text);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
