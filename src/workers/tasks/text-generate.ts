import { randomInt } from 'node:crypto';
import { GataError } from '../../shared/gata-error.ts';
import type { TextGenerateInput, TextGenerateOutput } from '../../shared/task.ts';
import { contextTokensOf } from '../model/context-tokens.ts';
import { ChunkStream } from '../text/chunk-stream.ts';
import { uniformAt } from '../text/counter-random.ts';
import { Decoder, DecoderSequence } from '../text/decoder.ts';
import { Generation } from '../text/generation.ts';
import { Sampler } from '../text/sampler.ts';
import type { TextTokenizer } from '../text/text-tokenizer.ts';
import type { ModelParts, RunOptions, Task } from './task.ts';

const RANDOM_SEED_LIMIT = 2 ** 47;

/** Continues a prompt token by token with a decoder model. */
export class TextGenerateTask implements Task<'text.generate'> {
  readonly #decoder: Decoder;
  readonly #tokenizer: TextTokenizer;
  readonly #endTokens: ReadonlySet<number>;
  readonly #sampler = new Sampler();

  private constructor(decoder: Decoder, tokenizer: TextTokenizer, endTokens: readonly number[]) {
    this.#decoder = decoder;
    this.#tokenizer = tokenizer;
    this.#endTokens = new Set(endTokens);
  }

  static async create(parts: ModelParts): Promise<TextGenerateTask> {
    const decoder = new Decoder(parts.session, parts.config, contextTokensOf(parts));
    return new TextGenerateTask(decoder, await parts.tokenizer(), parts.config.endTokens);
  }

  async run({ prompt, sampling }: TextGenerateInput, options: RunOptions): Promise<TextGenerateOutput> {
    const promptTokens = this.#tokenizer.encodePrompt(prompt);
    const room = this.#decoder.contextTokens - promptTokens.length;
    if (room < 1) throw tooLong(promptTokens.length, this.#decoder.contextTokens);
    const generation = new Generation(
      {
        minTokens: sampling.minTokens,
        maxTokens: Math.min(sampling.maxTokens ?? room, room),
        stop: sampling.stop,
        endTokens: this.#endTokens,
      },
      (tokens) => this.#tokenizer.decode(tokens),
    );
    const resume = options.resume ?? { tokens: [], text: '' };
    replay(generation, resume);
    const stream = new ChunkStream(resume, options.onChunk ?? (() => {}));
    const seed = sampling.seed ?? randomInt(RANDOM_SEED_LIMIT);
    const sequence = new DecoderSequence(this.#decoder);
    let unread = [...promptTokens, ...resume.tokens];
    while (generation.finishReason === undefined) {
      const logits = await sequence.read(unread);
      if (generation.mustGoOn) for (const end of this.#endTokens) logits[end] = Number.NEGATIVE_INFINITY;
      const token = this.#sampler.sample(logits, sampling, uniformAt(seed, generation.tokens.length));
      generation.accept(token);
      stream.update(generation);
      unread = [token];
    }
    stream.flush(generation);
    return {
      kind: 'text.generate',
      text: generation.text,
      tokens: [...generation.tokens],
      finishReason: generation.finishReason,
      promptTokens: promptTokens.length,
    };
  }
}

/** Brings a generation to where another worker left it. */
function replay(generation: Generation, { tokens, text }: { tokens: readonly number[]; text: string }): void {
  for (const token of tokens) if (generation.finishReason === undefined) generation.accept(token);
  if (generation.tokens.length < tokens.length || !generation.text.startsWith(text)) {
    throw new GataError('invalid-request', 'The tokens to continue from do not belong to this request.', {
      param: 'resume',
    });
  }
}

function tooLong(promptTokens: number, contextTokens: number): GataError {
  return new GataError(
    'context-length-exceeded',
    `The prompt has ${promptTokens} tokens, and the model holds ${contextTokens} with the answer. Shorten the prompt.`,
    { param: 'messages' },
  );
}
