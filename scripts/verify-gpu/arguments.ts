import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type ExecutionProvider, executionProviderSchema } from '../../src/shared/execution-provider.ts';

export const HELP = `npm run verify:gpu -- [flags]

Reads everything that the NVIDIA driver tells about each card, tries ONNX Runtime's execution providers and
measures two small models on those that work. Prints one JSON document; progress goes to stderr. Changes nothing.

  --write              also set each power limit to its own value, one watt lower and back (needs root)
  --allow-no-gpu       go on without an NVIDIA card, and exit with 0
  --providers LIST     only these execution providers: ${executionProviderSchema.options.join(',')}
  --benchmarks LIST    only these: chat,convolution
  --runs N             generations per provider (3)
  --tokens N           tokens of each (128)
  --trial-seconds N    give up on a provider after this time (180)
  --nvml-library PATH  this NVML library instead of the driver's
  --with-ids           keep the cards' UUIDs and serial numbers in the document
  --pack FILE.tgz      make an archive that does the same on a Linux x64 machine with nothing installed
  --help               this text
`;

const benchmarkSchema = z.enum(['chat', 'convolution']);
type Benchmark = z.infer<typeof benchmarkSchema>;

export interface VerifyArguments {
  readonly write: boolean;
  readonly allowNoGpu: boolean;
  readonly withIds: boolean;
  readonly providers: readonly ExecutionProvider[];
  readonly benchmarks: readonly Benchmark[];
  readonly runs: number;
  readonly tokens: number;
  readonly trialSeconds: number;
  readonly nvmlLibrary: string | undefined;
  /** Set in the child process that tries one provider. */
  readonly trial: ExecutionProvider | undefined;
  readonly help: boolean;
}

const words = z.string().transform((text) => text.split(',').filter((word) => word !== ''));

const schema = z.object({
  write: z.boolean(),
  'allow-no-gpu': z.boolean(),
  'with-ids': z.boolean(),
  providers: words.pipe(z.array(executionProviderSchema).min(1)),
  benchmarks: words.pipe(z.array(benchmarkSchema).min(1)),
  runs: z.coerce.number().int().min(1).max(100),
  tokens: z.coerce.number().int().min(1).max(400),
  'trial-seconds': z.coerce.number().min(1).max(3600),
  'nvml-library': z.string().optional(),
  trial: executionProviderSchema.optional(),
  help: z.boolean(),
});

/** @throws Error with a sentence for a flag that is not known or has another value than it takes. */
export function parseVerifyArguments(args: readonly string[]): VerifyArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      write: { type: 'boolean', default: false },
      'allow-no-gpu': { type: 'boolean', default: false },
      'with-ids': { type: 'boolean', default: false },
      providers: { type: 'string', default: executionProviderSchema.options.join(',') },
      benchmarks: { type: 'string', default: benchmarkSchema.options.join(',') },
      runs: { type: 'string', default: '3' },
      tokens: { type: 'string', default: '128' },
      'trial-seconds': { type: 'string', default: '180' },
      'nvml-library': { type: 'string' },
      trial: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`--${String(issue?.path[0])}: ${issue?.message}. --help names what each flag takes.`);
  }
  const { data } = parsed;
  return {
    write: data.write,
    allowNoGpu: data['allow-no-gpu'],
    withIds: data['with-ids'],
    providers: data.providers,
    benchmarks: data.benchmarks,
    runs: data.runs,
    tokens: data.tokens,
    trialSeconds: data['trial-seconds'],
    nvmlLibrary: data['nvml-library'],
    trial: data.trial,
    help: data.help,
  };
}
