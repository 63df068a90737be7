import { z } from 'zod';
import { type Sampling, samplingSchema } from '../../shared/task.ts';
import { only, unsupported } from './only.ts';

const { temperature, topP, topK, seed, maxTokens, minTokens } = samplingSchema.shape;
const stopString = z.string().min(1).max(256);

/** What both completion calls take: OpenAI's names, and `top_k` and `min_tokens` as vLLM has them. */
export const samplingFields = {
  model: z.string().min(1).max(128),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: temperature.unwrap().nullish(),
  top_p: topP.unwrap().nullish(),
  top_k: topK.unwrap().nullish(),
  seed: seed.unwrap().nullish(),
  max_tokens: maxTokens.unwrap().nullish(),
  min_tokens: minTokens.unwrap().nullish(),
  stop: z.union([stopString, z.array(stopString).max(8)]).nullish(),
  n: only(1),
  presence_penalty: only(0),
  frequency_penalty: only(0),
  logit_bias: unsupported(),
};

interface SamplingRequest {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly top_k?: number | null | undefined;
  readonly seed?: number | null | undefined;
  readonly max_tokens?: number | null | undefined;
  readonly min_tokens?: number | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
}

export function samplingOf(request: SamplingRequest): Sampling {
  const { stop } = request;
  return samplingSchema.parse({
    temperature: request.temperature ?? undefined,
    topP: request.top_p ?? undefined,
    topK: request.top_k ?? undefined,
    seed: request.seed ?? undefined,
    maxTokens: request.max_tokens ?? undefined,
    minTokens: request.min_tokens ?? undefined,
    stop: typeof stop === 'string' ? [stop] : (stop ?? undefined),
  });
}
