import { z } from 'zod';
import type { EmbeddingInput, EmbeddingOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { unsupported } from './only.ts';
import { openAIUsage } from './openai-usage.ts';

const embeddingText = z
  .string({ error: 'must be a string or an array of strings; tokens are not supported' })
  .min(1, 'must not be empty')
  .max(1_000_000);

const embeddingFormatSchema = z.enum(['float', 'base64']);
type EmbeddingFormat = z.infer<typeof embeddingFormatSchema>;

/** `POST /v1/embeddings` as OpenAI defines it. */
export const embeddingRequestSchema = z.object({
  model: z.string().min(1).max(128),
  input: z.union([embeddingText, z.array(embeddingText).min(1).max(2048)]),
  encoding_format: embeddingFormatSchema.nullish(),
  dimensions: unsupported(),
});
export type EmbeddingRequest = z.infer<typeof embeddingRequestSchema>;

export const embeddingListSchema = z.object({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.int(),
      /** Base64 of little-endian float32. */
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});
export type EmbeddingList = z.infer<typeof embeddingListSchema>;

export function embeddingInput({ input }: EmbeddingRequest): EmbeddingInput {
  return { kind: 'embedding', texts: typeof input === 'string' ? [input] : input };
}

export function embeddingList(
  job: JobHandle,
  output: EmbeddingOutput,
  format: EmbeddingFormat,
): EmbeddingList {
  const { prompt_tokens, total_tokens } = openAIUsage(output);
  const bytesEach = output.dimensions * Float32Array.BYTES_PER_ELEMENT;
  const count = Math.floor(output.vectors.byteLength / bytesEach);
  return {
    object: 'list',
    model: job.facts.modelId,
    data: Array.from({ length: count }, (_, index) => ({
      object: 'embedding',
      index,
      embedding: encode(output.vectors.subarray(index * bytesEach, (index + 1) * bytesEach), format),
    })),
    usage: { prompt_tokens, total_tokens },
  };
}

function encode(vector: Uint8Array, format: EmbeddingFormat): string | number[] {
  if (format === 'base64') return Buffer.from(vector).toString('base64');
  const view = new DataView(vector.buffer, vector.byteOffset, vector.byteLength);
  return Array.from({ length: vector.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
