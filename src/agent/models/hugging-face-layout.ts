import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import type { TaskKind } from '../../shared/task.ts';

/** What a bundle needs to know of a model's `config.json` and `tokenizer_config.json`. */
const configSchema = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  is_encoder_decoder: z.boolean().nullish(),
  max_position_embeddings: z.int().positive().nullish(),
  n_positions: z.int().positive().nullish(),
  n_ctx: z.int().positive().nullish(),
});
const tokenizerConfigSchema = z.looseObject({ model_max_length: z.number().positive().nullish() });

/** A file of the source and the path that it has in the bundle. */
interface LayoutFile {
  readonly from: string;
  readonly path: string;
}

export interface Layout {
  readonly files: readonly LayoutFile[];
  readonly tasks: readonly [TaskKind, ...TaskKind[]];
  readonly contextTokens: number | undefined;
}

/** Files beside the ONNX file that workers read. */
const COMPANIONS = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'preprocessor_config.json',
];
/** Repositories often hold several precisions; the first that is there is taken. */
const ONNX_NAMES = ['model', 'model_fp16', 'model_q4f16', 'model_q4', 'model_int8', 'model_quantized'];
const ONNX_PATH = 'onnx/model.onnx';
/** `model_max_length` of tokenizers without a limit is an astronomic number. */
const CONTEXT_TOKENS_LIMIT = 10_000_000;

/**
 * Chooses the files of a model in Hugging Face's layout and says what it can do.
 * @param names every file of the source, relative, with forward slashes.
 * @param readJson reads one of them; called only for names that are there.
 * @throws GataError `invalid-request` or `unsupported-task` that says what the model lacks.
 */
export async function readLayout(
  names: readonly string[],
  readJson: (name: string) => Promise<unknown>,
): Promise<Layout> {
  const present = new Set(names);
  const onnx = chooseOnnx(present);
  if (!present.has('config.json')) throw lacks('It has no config.json.');
  const config = parse(configSchema, await readJson('config.json'), 'config.json');
  if (config.is_encoder_decoder === true) {
    throw new GataError(
      'unsupported-task',
      'Models with a separate encoder and decoder are not supported. Choose one with a single ONNX file.',
      { param: 'source' },
    );
  }
  const tokenizerConfig = present.has('tokenizer_config.json')
    ? parse(tokenizerConfigSchema, await readJson('tokenizer_config.json'), 'tokenizer_config.json')
    : undefined;
  const maximum = config.max_position_embeddings ?? config.n_positions ?? config.n_ctx;
  const contextTokens = maximum ?? tokenizerConfig?.model_max_length ?? CONTEXT_TOKENS_LIMIT;
  return {
    files: [
      ...COMPANIONS.filter((name) => present.has(name)).map((name) => ({ from: name, path: name })),
      { from: onnx, path: ONNX_PATH },
      ...externalData(onnx, names),
    ],
    tasks: inferTasks(config.architectures ?? [], present),
    contextTokens:
      present.has('tokenizer.json') && contextTokens < CONTEXT_TOKENS_LIMIT
        ? Math.floor(contextTokens)
        : undefined,
  };
}

function chooseOnnx(present: ReadonlySet<string>): string {
  for (const name of ONNX_NAMES) {
    for (const path of [`onnx/${name}.onnx`, `${name}.onnx`]) if (present.has(path)) return path;
  }
  throw lacks(
    `It has no ONNX file: onnx/model.onnx is expected. Repositories that hold one are often named "onnx-community/…".`,
  );
}

/** Weights beside the graph, which refers to them by their name. */
function externalData(onnx: string, names: readonly string[]): LayoutFile[] {
  const folder = onnx.slice(0, onnx.lastIndexOf('/') + 1);
  const base = onnx.slice(folder.length, -'.onnx'.length);
  const endings = /^(\.onnx_data(_\d+)?|\.onnx\.data|\.data)$/;
  return names
    .filter((name) => name.startsWith(folder + base) && endings.test(name.slice(folder.length + base.length)))
    .map((name) => ({ from: name, path: `onnx/${name.slice(folder.length)}` }));
}

function inferTasks(
  architectures: readonly string[],
  present: ReadonlySet<string>,
): [TaskKind, ...TaskKind[]] {
  const is = (ending: RegExp) => architectures.some((name) => ending.test(name));
  const hasTokenizer = present.has('tokenizer.json');
  const tasks: [TaskKind, ...TaskKind[]] = ['onnx.run'];
  if (is(/(ForCausalLM|LMHeadModel)$/)) {
    if (!hasTokenizer) throw lacks('It generates text but has no tokenizer.json.');
    tasks.unshift('text.generate');
  } else if (is(/ForImageClassification$/)) {
    if (!present.has('preprocessor_config.json')) {
      throw lacks('It classifies images but has no preprocessor_config.json.');
    }
    tasks.unshift('image.classify');
  } else if (hasTokenizer && is(/(Model|ForMaskedLM|ForSentenceEmbedding)$/)) {
    tasks.unshift('embedding');
  }
  return tasks;
}

function parse<Schema extends z.ZodType>(schema: Schema, data: unknown, name: string): z.infer<Schema> {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw lacks(`Its ${name} is not understood: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function lacks(what: string): GataError {
  return new GataError('invalid-request', `This is not a model that workers can run. ${what}`, {
    param: 'source',
  });
}
