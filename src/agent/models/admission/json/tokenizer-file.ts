import { z } from 'zod';
import { matchesNothing, patternFault } from './pattern-cost.ts';

/** Adds what is wrong at a JSON path. */
export type Refuse = (
  code: 'invalid-config' | 'unsafe-pattern' | 'unsafe-template',
  path: string,
  message: string,
) => void;

const MOST_TOKENS = 1_000_000;
const MOST_MERGES = 2_000_000;
const MOST_ADDED_TOKENS = 100_000;
const LONGEST_TOKEN = 2048;
/** Tokens' numbers become places in an array, which a far number would make huge. */
const HIGHEST_TOKEN_ID = 4_000_000;
const MOST_STEPS = 32;
const DEEPEST_SEQUENCE = 4;
const LONGEST_CONTENT = 256;
/** How many times longer the replacements of a tokeniser may make a text, one after another. */
const MOST_GROWTH = 64;

const text = z.string().max(LONGEST_CONTENT);
const tokenId = z.int().min(0).max(HIGHEST_TOKEN_ID);
const count = z.int().min(0).max(LONGEST_TOKEN);
const flag = z.boolean().nullish();

const patternSchema = z.union([z.strictObject({ String: text }), z.strictObject({ Regex: z.string() })]);
type Pattern = z.infer<typeof patternSchema>;

/** A step of normalising, splitting, decoding or finishing; each kind of step has its own fields. */
const stepSchema = z.looseObject({
  type: z.string().max(64),
  pattern: patternSchema.nullish(),
  content: text.nullish(),
  prepend: text.nullish(),
  replacement: text.nullish(),
  str_rep: text.nullish(),
  prefix: text.nullish(),
  suffix: text.nullish(),
  pad_token: text.nullish(),
  word_delimiter_token: text.nullish(),
  behavior: text.nullish(),
  prepend_scheme: text.nullish(),
  /** Steps of no length would never come to the end of a text. */
  length: z.int().min(1).max(65_536).nullish(),
  start: count.nullish(),
  stop: count.nullish(),
  precompiled_charsmap: z.string().max(4_000_000).nullish(),
  invert: flag,
  individual_digits: flag,
  add_prefix_space: flag,
});

type Part = 'normalizer' | 'pre_tokenizer' | 'post_processor' | 'decoder';
/** The kinds of steps that @huggingface/tokenizers knows, and where it keeps the steps of a sequence. */
const STEPS: Readonly<Record<Part, { readonly list: string; readonly kinds: readonly string[] }>> = {
  normalizer: {
    list: 'normalizers',
    kinds: [
      'BertNormalizer',
      'Precompiled',
      'Replace',
      'NFC',
      'NFD',
      'NFKC',
      'NFKD',
      'Strip',
      'StripAccents',
      'Lowercase',
      'Prepend',
    ],
  },
  pre_tokenizer: {
    list: 'pretokenizers',
    kinds: [
      'BertPreTokenizer',
      'Whitespace',
      'WhitespaceSplit',
      'Metaspace',
      'ByteLevel',
      'Split',
      'Punctuation',
      'Digits',
      'Replace',
      'FixedLength',
    ],
  },
  post_processor: {
    list: 'processors',
    kinds: ['TemplateProcessing', 'ByteLevel', 'BertProcessing', 'RobertaProcessing'],
  },
  decoder: {
    list: 'decoders',
    kinds: [
      'ByteLevel',
      'WordPiece',
      'Metaspace',
      'BPEDecoder',
      'CTC',
      'Replace',
      'Fuse',
      'Strip',
      'ByteFallback',
    ],
  },
};

const templateItemSchema = z.union([
  z.strictObject({ SpecialToken: z.strictObject({ id: text, type_id: count }) }),
  z.strictObject({ Sequence: z.strictObject({ id: z.enum(['A', 'B']), type_id: count }) }),
]);
const templateSchema = z.object({
  single: z.array(templateItemSchema).max(64),
  pair: z.array(templateItemSchema).max(64).nullish(),
});
const bertSchema = z.object({ sep: z.tuple([text, tokenId]), cls: z.tuple([text, tokenId]) });

const addedTokenSchema = z.looseObject({
  id: tokenId,
  content: z.string().min(1).max(LONGEST_TOKEN),
  single_word: flag,
  lstrip: flag,
  rstrip: flag,
  normalized: flag,
  special: flag,
});

/** The vocabulary and merges are checked by hand: schemas are slow on a million entries. */
const modelSchema = z.looseObject({
  type: z.enum(['BPE', 'WordPiece', 'Unigram']).optional(),
  vocab: z.unknown().optional(),
  merges: z.unknown().optional(),
  unk_token: text.nullish(),
  unk_id: tokenId.nullish(),
  continuing_subword_prefix: text.nullish(),
  continuing_subword_suffix: text.nullish(),
  end_of_word_suffix: text.nullish(),
  max_input_chars_per_word: z.int().min(1).max(10_000).nullish(),
  fuse_unk: flag,
  byte_fallback: flag,
  ignore_merges: flag,
  dropout: z.number().min(0).max(1).nullish(),
});

const tokenizerSchema = z.looseObject({
  version: z.string().max(32).nullish(),
  added_tokens: z.array(addedTokenSchema).max(MOST_ADDED_TOKENS),
  normalizer: z.unknown().optional(),
  pre_tokenizer: z.unknown().optional(),
  post_processor: z.unknown().optional(),
  decoder: z.unknown().optional(),
  model: modelSchema,
});

/** Checks a tokenizer.json, in Hugging Face's layout as far as @huggingface/tokenizers reads it. */
export function checkTokenizer(value: unknown, refuse: Refuse): void {
  const parsed = tokenizerSchema.safeParse(value);
  if (!parsed.success) {
    refuseIssues(parsed.error, '', refuse);
    return;
  }
  checkModel(parsed.data.model, refuse);
  for (const part of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder'] as const) {
    const growth = checkStep(part, parsed.data[part], part, 0, refuse);
    if (growth > MOST_GROWTH) {
      refuse('invalid-config', part, `it can make a text ${growth} times longer; ${MOST_GROWTH} is the most`);
    }
  }
}

/** Adds the first few issues of a schema under a path. */
export function refuseIssues(error: z.ZodError, under: string, refuse: Refuse): void {
  for (const issue of error.issues.slice(0, 8)) {
    const path = [under, ...issue.path.map(String)].filter((part) => part !== '').join('.');
    refuse('invalid-config', path, issue.message);
  }
}

/** @returns how many times longer the step can make a text. */
function checkStep(part: Part, value: unknown, path: string, depth: number, refuse: Refuse): number {
  if (value === null || value === undefined) return 1;
  const parsed = stepSchema.safeParse(value);
  if (!parsed.success) {
    refuseIssues(parsed.error, path, refuse);
    return 1;
  }
  const step = parsed.data;
  const { list, kinds } = STEPS[part];
  if (step.type === 'Sequence') {
    const steps = z.array(z.unknown()).max(MOST_STEPS).safeParse(step[list]);
    if (!steps.success || depth >= DEEPEST_SEQUENCE) {
      refuse('invalid-config', path, `a sequence has at most ${MOST_STEPS} steps, ${DEEPEST_SEQUENCE} deep`);
      return 1;
    }
    return steps.data
      .map((each, index) => checkStep(part, each, `${path}.${list}[${index}]`, depth + 1, refuse))
      .reduce((product, growth) => product * growth, 1);
  }
  if (!kinds.includes(step.type)) {
    refuse('invalid-config', `${path}.type`, 'it is of an unknown kind');
    return 1;
  }
  if (step.type === 'TemplateProcessing') checkWith(templateSchema, value, path, refuse);
  if (step.type === 'BertProcessing' || step.type === 'RobertaProcessing') {
    checkWith(bertSchema, value, path, refuse);
  }
  if (step.type === 'FixedLength' && typeof step.length !== 'number') {
    refuse('invalid-config', `${path}.length`, 'it needs a length');
  }
  if (step.type === 'Split' || step.type === 'Replace') {
    if (!step.pattern) refuse('invalid-config', `${path}.pattern`, 'it needs a pattern');
    else if (!isSafe(step.pattern, `${path}.pattern`, refuse)) return 1;
  }
  if (step.type === 'Replace')
    return replacementGrowth(step.pattern, step.content, `${path}.pattern`, refuse);
  if (step.type === 'Metaspace') return Math.max(1, step.str_rep?.length ?? 0, step.replacement?.length ?? 0);
  return 1;
}

function replacementGrowth(
  pattern: Pattern | null | undefined,
  content: string | null | undefined,
  path: string,
  refuse: Refuse,
): number {
  const isEverywhere =
    pattern && ('Regex' in pattern ? matchesNothing(pattern.Regex) : pattern.String === '');
  if (isEverywhere) refuse('unsafe-pattern', path, 'it matches everywhere');
  return Math.max(1, content?.length ?? 0);
}

function isSafe(pattern: Pattern, path: string, refuse: Refuse): boolean {
  const fault = 'Regex' in pattern ? patternFault(pattern.Regex) : undefined;
  if (fault === undefined) return true;
  refuse('unsafe-pattern', path, `the pattern ${fault}`);
  return false;
}

function checkWith(schema: z.ZodType, value: unknown, path: string, refuse: Refuse): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) refuseIssues(parsed.error, path, refuse);
}

function checkModel(model: z.infer<typeof modelSchema>, refuse: Refuse): void {
  const isList = Array.isArray(model.vocab);
  const type = model.type ?? (isList ? 'Unigram' : model.merges === undefined ? 'WordPiece' : 'BPE');
  if (type === 'Unigram') checkScoredVocabulary(model.vocab, refuse);
  else checkVocabulary(model.vocab, refuse);
  if (type === 'BPE') checkMerges(model.merges, refuse);
}

function checkVocabulary(vocab: unknown, refuse: Refuse): void {
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    refuse('invalid-config', 'model.vocab', 'it is no list of tokens with their numbers');
    return;
  }
  const entries = Object.entries(vocab);
  if (entries.length > MOST_TOKENS)
    refuse('invalid-config', 'model.vocab', `it has more than ${MOST_TOKENS} tokens`);
  const wrong = entries.find(([token, id]) => token.length > LONGEST_TOKEN || !isTokenId(id));
  if (wrong !== undefined) {
    refuse('invalid-config', 'model.vocab', 'a token is too long or has no number from 0 to 4 million');
  }
}

function checkScoredVocabulary(vocab: unknown, refuse: Refuse): void {
  if (!Array.isArray(vocab) || vocab.length > MOST_TOKENS) {
    refuse(
      'invalid-config',
      'model.vocab',
      `it is no list of at most ${MOST_TOKENS} tokens with their scores`,
    );
    return;
  }
  const wrong = vocab.find((entry: unknown) => {
    if (!Array.isArray(entry) || entry.length !== 2) return true;
    const [token, score]: unknown[] = entry;
    return typeof token !== 'string' || token.length > LONGEST_TOKEN || typeof score !== 'number';
  });
  if (wrong !== undefined) refuse('invalid-config', 'model.vocab', 'an entry is no token with its score');
}

function checkMerges(merges: unknown, refuse: Refuse): void {
  if (!Array.isArray(merges) || merges.length > MOST_MERGES) {
    refuse('invalid-config', 'model.merges', `it is no list of at most ${MOST_MERGES} merges`);
    return;
  }
  const isPairs = Array.isArray(merges[0]);
  const wrong = merges.find((merge: unknown) => {
    const parts: unknown[] =
      isPairs && Array.isArray(merge) ? merge : typeof merge === 'string' ? merge.split(' ') : [];
    if (isPairs !== Array.isArray(merge) || parts.length !== 2) return true;
    return parts.some((part) => typeof part !== 'string' || part.length > LONGEST_TOKEN);
  });
  if (wrong !== undefined) refuse('invalid-config', 'model.merges', 'a merge is no pair of tokens');
}

function isTokenId(id: unknown): boolean {
  return Number.isInteger(id) && typeof id === 'number' && id >= 0 && id <= HIGHEST_TOKEN_ID;
}
