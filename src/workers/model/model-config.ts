import { z } from 'zod';
import type { BundleFolder } from './bundle-folder.ts';

const tokenIdsSchema = z
  .union([z.int().nonnegative(), z.array(z.int().nonnegative())])
  .nullish()
  .transform((ids) => (typeof ids === 'number' ? [ids] : (ids ?? [])));

const sizeSchema = z
  .int()
  .positive()
  .nullish()
  .transform((size) => size ?? undefined);

const configFileSchema = z.object({
  max_position_embeddings: sizeSchema,
  n_positions: sizeSchema,
  num_attention_heads: sizeSchema,
  n_head: sizeSchema,
  num_key_value_heads: sizeSchema,
  hidden_size: sizeSchema,
  n_embd: sizeSchema,
  head_dim: sizeSchema,
  eos_token_id: tokenIdsSchema,
  num_channels: sizeSchema,
  id2label: z.record(z.string(), z.string()).nullish(),
});

const generationConfigFileSchema = z.object({ eos_token_id: tokenIdsSchema });

/** What the tasks need of a bundle's `config.json` and `generation_config.json`; undefined where not told. */
export interface ModelConfig {
  readonly contextTokens: number | undefined;
  readonly keyValueHeads: number | undefined;
  readonly headSize: number | undefined;
  /** Tokens that end a generation. */
  readonly endTokens: readonly number[];
  readonly channels: number | undefined;
  /** Class names by class number. */
  readonly labels: ReadonlyMap<number, string>;
}

/** @throws GataError `corrupt-bundle` when a file is not in Hugging Face's format. */
export async function readModelConfig(bundle: BundleFolder): Promise<ModelConfig> {
  const config = (await bundle.readJson('config.json', configFileSchema)) ?? configFileSchema.parse({});
  const generation = await bundle.readJson('generation_config.json', generationConfigFileSchema);
  const heads = config.num_attention_heads ?? config.n_head;
  const hiddenSize = config.hidden_size ?? config.n_embd;
  const splitSize = heads === undefined || hiddenSize === undefined ? undefined : hiddenSize / heads;
  const generationEnds = generation?.eos_token_id ?? [];
  return {
    contextTokens: config.max_position_embeddings ?? config.n_positions,
    keyValueHeads: config.num_key_value_heads ?? heads,
    headSize: config.head_dim ?? splitSize,
    endTokens: generationEnds.length > 0 ? generationEnds : config.eos_token_id,
    channels: config.num_channels,
    labels: new Map(Object.entries(config.id2label ?? {}).map(([id, label]) => [Number(id), label])),
  };
}
