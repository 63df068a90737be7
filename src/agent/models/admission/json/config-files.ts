import { z } from 'zod';
import { templateFault } from './chat-template.ts';
import { type Refuse, refuseIssues } from './tokenizer-file.ts';

const LARGEST_SIZE = 100_000_000;
const MOST_LABELS = 100_000;
const LONGEST_LABEL = 1024;
const LARGEST_EDGE = 4096;
const LONGEST_TEXT = 4096;

const size = z.int().min(0).max(LARGEST_SIZE).nullish();
const tokenId = z.int().min(-1).max(LARGEST_SIZE);
const tokenIds = z.union([tokenId, z.array(tokenId).max(1024)]).nullish();
const edge = z.int().min(1).max(LARGEST_EDGE);
const imageSize = z
  .union([
    edge,
    z.array(edge).max(4),
    z.looseObject({ height: edge.optional(), width: edge.optional(), shortest_edge: edge.optional() }),
  ])
  .nullish();
const channels = z.array(z.number().min(-1e6).max(1e6)).max(16).nullish();

/** The sizes in config.json that say how much a worker reserves. Numbers that nothing reads are not checked. */
const configSchema = z.looseObject({
  architectures: z.array(z.string().max(256)).max(64).nullish(),
  model_type: z.string().max(256).nullish(),
  vocab_size: size,
  hidden_size: size,
  n_embd: size,
  num_attention_heads: size,
  n_head: size,
  num_key_value_heads: size,
  head_dim: size,
  max_position_embeddings: size,
  n_positions: size,
  n_ctx: size,
  num_channels: z.int().min(1).max(16).nullish(),
  num_labels: z.int().min(0).max(MOST_LABELS).nullish(),
  image_size: imageSize,
  bos_token_id: tokenIds,
  eos_token_id: tokenIds,
  pad_token_id: tokenIds,
  id2label: z.unknown().optional(),
});

const generationConfigSchema = z.looseObject({
  bos_token_id: tokenIds,
  eos_token_id: tokenIds,
  pad_token_id: tokenIds,
  max_length: size,
  max_new_tokens: size,
});

const preprocessorSchema = z.looseObject({
  num_channels: z.int().min(1).max(16).nullish(),
  size: imageSize,
  crop_size: imageSize,
  resample: z.int().min(0).max(16).nullish(),
  rescale_factor: z.number().min(-1e6).max(1e6).nullish(),
  image_mean: channels,
  image_std: channels,
});

const specialToken = z.union([
  z.string().max(LONGEST_TEXT),
  z.looseObject({ content: z.string().max(LONGEST_TEXT) }),
]);
const templates = z
  .union([z.string(), z.array(z.looseObject({ name: z.string().max(256), template: z.string() })).max(16)])
  .nullish();
const tokenizerConfigSchema = z.looseObject({
  tokenizer_class: z.string().max(256).nullish(),
  model_max_length: z.number().positive().nullish(),
  bos_token: specialToken.nullish(),
  eos_token: specialToken.nullish(),
  pad_token: specialToken.nullish(),
  unk_token: specialToken.nullish(),
  additional_special_tokens: z.array(specialToken).max(16_384).nullish(),
  chat_template: templates,
});

export function checkConfig(value: unknown, refuse: Refuse): void {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    refuseIssues(parsed.error, '', refuse);
    return;
  }
  const labels = parsed.data.id2label;
  if (labels === undefined || labels === null) return;
  if (typeof labels !== 'object' || Array.isArray(labels)) {
    refuse('invalid-config', 'id2label', 'it is no table of labels');
    return;
  }
  const entries = Object.entries(labels);
  if (entries.length > MOST_LABELS)
    refuse('invalid-config', 'id2label', `it has more than ${MOST_LABELS} labels`);
  const wrong = entries.find(
    ([id, label]) => !/^\d{1,9}$/.test(id) || typeof label !== 'string' || label.length > LONGEST_LABEL,
  );
  if (wrong !== undefined) refuse('invalid-config', 'id2label', 'an entry is no number with a label');
}

export function checkGenerationConfig(value: unknown, refuse: Refuse): void {
  check(generationConfigSchema, value, refuse);
}

export function checkPreprocessor(value: unknown, refuse: Refuse): void {
  check(preprocessorSchema, value, refuse);
}

export function checkTokenizerConfig(value: unknown, refuse: Refuse): void {
  const parsed = tokenizerConfigSchema.safeParse(value);
  if (!parsed.success) {
    refuseIssues(parsed.error, '', refuse);
    return;
  }
  const { chat_template: template } = parsed.data;
  if (typeof template === 'string') checkTemplate(template, 'chat_template', refuse);
  else {
    for (const { name, template: each } of template ?? [])
      checkTemplate(each, `chat_template ${name}`, refuse);
  }
}

export function checkTemplate(template: string, path: string, refuse: Refuse): void {
  const fault = templateFault(template);
  if (fault !== undefined) refuse('unsafe-template', path, `the template ${fault}`);
}

/** A file of which only the shape matters: a JSON object. */
export function checkObject(value: unknown, refuse: Refuse): void {
  check(z.looseObject({}), value, refuse);
}

function check(schema: z.ZodType, value: unknown, refuse: Refuse): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) refuseIssues(parsed.error, '', refuse);
}
