import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { onnxLimitsOf } from '../../src/agent/models/admission/admission-limits.ts';
import { bundleFileKind } from '../../src/agent/models/admission/bundle-file-kind.ts';
import { Findings } from '../../src/agent/models/admission/findings.ts';
import { inspectJson } from '../../src/agent/models/admission/inspect-bundle.ts';
import { templateFault } from '../../src/agent/models/admission/json/chat-template.ts';
import { patternFault } from '../../src/agent/models/admission/json/pattern-cost.ts';
import { MemorySource } from '../../src/agent/models/admission/onnx/byte-source.ts';
import { inspectOnnx } from '../../src/agent/models/admission/onnx/inspect-onnx.ts';
import { canonicalManifest, modelManifestSchema } from '../../src/shared/model-manifest.ts';
import { HOSTILE_JSON, PLAIN_TOKENIZER } from './corpus/json-shapes.ts';
import { HOSTILE_MODELS, NEIGHBOURS } from './corpus/onnx-shapes.ts';
import { around } from './corpus/onnx-writer.ts';
import { HOSTILE_PATTERNS, KNOWN_PATTERNS } from './corpus/patterns.ts';
import { CorpusTarget } from './corpus-target.ts';
import { mutate } from './fuzz-target.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateModel } from './mutate-model.ts';
import { slim } from './protobuf-tree.ts';

const MODELS = path.resolve(import.meta.dirname, '../../assets/models');
const CONFORMANCE = '/usr/share/libonnx-testdata/data/node';
const LARGEST_SEED = 8192;
/** Texts on which patterns that backtrack take long. */
const TELLING_TEXTS = ['a'.repeat(150), `${' '.repeat(150)}x`, 'aA1. \r\n'.repeat(20), '\r\n'.repeat(80)];
const LIMITS = onnxLimitsOf(['onnx.run']);

/** The targets of src/agent/models/admission and of model manifests, each with a corpus of its own. */
export function admissionTargets(): CorpusTarget[] {
  return [
    onnxTarget(),
    tokenizerTarget(),
    configTarget(),
    patternTarget(),
    templateTarget(),
    manifestTarget(),
  ];
}

function onnxTarget(): CorpusTarget {
  const real = ['digits', 'npc-chat'].map((id) =>
    slim(readFileSync(path.join(MODELS, id, 'onnx/model.onnx'))),
  );
  const conformance = existsSync(CONFORMANCE)
    ? globSync(`${CONFORMANCE}/*/model.onnx`)
        .sort()
        .map((file) => readFileSync(file))
    : [];
  const seeds = [around(), ...real, ...conformance, ...HOSTILE_MODELS.map(({ bytes }) => bytes)];
  return new CorpusTarget({
    name: 'ONNX files',
    seeds: seeds.filter(({ length }) => length <= LARGEST_SEED),
    mutate: mutateModel,
    run: (input) => {
      const findings = new Findings();
      const counts = inspectOnnx(new MemorySource(input), LIMITS, NEIGHBOURS, findings);
      const size =
        Math.floor(Math.log2(1 + counts.nodes)) * 100 + Math.floor(Math.log2(1 + counts.subgraphs));
      return [`size ${size}`, ...answersOf(findings)];
    },
  });
}

function tokenizerTarget(): CorpusTarget {
  const hostile = HOSTILE_JSON.filter(({ file }) => file === 'tokenizer.json').map(({ text }) =>
    Buffer.from(text),
  );
  return new CorpusTarget({
    name: 'tokenizer.json',
    seeds: [Buffer.from(JSON.stringify(PLAIN_TOKENIZER)), ...hostile].filter(
      ({ length }) => length <= LARGEST_SEED,
    ),
    mutate: mutateJson,
    run: (input) => {
      const findings = inspectAs('tokenizer.json', input);
      // What is admitted must not hang the worker; it may still be no tokeniser.
      const outcome = findings.reasons.length === 0 ? `admitted: ${triedTokenizer(input)}` : 'refused';
      return [outcome, ...answersOf(findings)];
    },
  });
}

function triedTokenizer(input: Uint8Array): string {
  try {
    const tokenizer = new Tokenizer(JSON.parse(Buffer.from(input).toString()), {});
    const { ids } = tokenizer.encode(`Hello world!  ${'a'.repeat(40)}\r\n`);
    return `decodes ${tokenizer.decode([...ids, 0]).length > 0}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'thrown';
  }
}

const CONFIGS = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer_config.json',
];

function configTarget(): CorpusTarget {
  const real = globSync(`${MODELS}/*/{${CONFIGS.join(',')}}`).map((file) => readFileSync(file));
  const hostile = HOSTILE_JSON.filter(({ file }) => CONFIGS.includes(file)).map(({ text }) =>
    Buffer.from(text),
  );
  return new CorpusTarget({
    name: 'configurations',
    seeds: [...real, ...hostile].filter(({ length }) => length <= LARGEST_SEED),
    mutate: mutateJson,
    run: (input) =>
      CONFIGS.flatMap((file) => answersOf(inspectAs(file, input)).map((answer) => `${file}: ${answer}`)),
  });
}

function patternTarget(): CorpusTarget {
  const texts = [...KNOWN_PATTERNS, ...HOSTILE_PATTERNS.map(({ pattern }) => pattern)];
  return new CorpusTarget({
    name: 'patterns',
    seeds: texts.map((text) => Buffer.from(text)),
    mutate: (original, other, random) => {
      const glued = random.below(4) === 0 ? Buffer.concat([original, other]) : original;
      return mutate(glued.subarray(0, 1024), random, 5);
    },
    run: (input) => {
      const source = Buffer.from(input).toString();
      const fault = patternFault(source);
      if (fault !== undefined) return [generalised(fault)];
      const pattern = compiled(source);
      if (pattern === undefined) return ['admitted, but no pattern'];
      for (const text of TELLING_TEXTS) text.match(pattern);
      return ['admitted'];
    },
  });
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'gu');
  } catch {
    return undefined;
  }
}

function templateTarget(): CorpusTarget {
  const { chat_template: real }: { chat_template: string } = JSON.parse(
    readFileSync(path.join(MODELS, 'npc-chat/tokenizer_config.json'), 'utf8'),
  );
  const hostile = HOSTILE_JSON.filter(({ file }) => file === 'chat_template.jinja').map(({ text }) => text);
  return new CorpusTarget({
    name: 'chat templates',
    seeds: [real, ...hostile].map((text) => Buffer.from(text)).filter(({ length }) => length <= LARGEST_SEED),
    mutate: (original, other, random) => {
      const glued = random.below(4) === 0 ? Buffer.concat([original, other]) : original;
      return mutate(glued.subarray(0, 4096), random, 6);
    },
    run: (input) => [generalised(templateFault(Buffer.from(input).toString()) ?? 'admitted')],
  });
}

function manifestTarget(): CorpusTarget {
  const seeds = ['digits', 'npc-chat'].map((id) => readFileSync(path.join(MODELS, id, 'gata-model.json')));
  return new CorpusTarget({
    name: 'model manifests',
    seeds,
    mutate: mutateJson,
    run: (input) => {
      let value: unknown;
      try {
        value = JSON.parse(Buffer.from(input).toString());
      } catch {
        return ['no JSON'];
      }
      const parsed = modelManifestSchema.safeParse(value);
      if (!parsed.success)
        return parsed.error.issues.map(({ code, path: at }) => `${code} ${at.length} ${String(at[0])}`);
      for (const file of parsed.data.files) {
        const place = path.posix.normalize(`/bundle/${file.path}`);
        if (!place.startsWith('/bundle/') || file.path.includes('\\'))
          throw new Error(`${file.path} leaves the bundle`);
      }
      const text = canonicalManifest(parsed.data);
      if (text !== canonicalManifest(modelManifestSchema.parse(JSON.parse(text)))) {
        throw new Error('The canonical manifest does not come back.');
      }
      return [`admitted ${parsed.data.files.length} ${parsed.data.tasks.length}`];
    },
  });
}

function inspectAs(file: string, input: Uint8Array): Findings {
  const findings = new Findings();
  const kind = bundleFileKind(file);
  if (kind?.kind !== 'json') throw new Error(`${file} is no JSON file.`);
  inspectJson(input, kind, (code, at, message) => findings.add(code, at, message), findings);
  return findings;
}

/** What was found, without the names and numbers of the input. */
function answersOf(findings: Findings): string[] {
  return findings.reasons.length === 0
    ? ['admitted']
    : findings.reasons.map(({ code, message }) => `${code}: ${generalised(message)}`);
}

function generalised(message: string): string {
  return message
    .replace(/"(\\.|[^"\\])*"/g, '"…"')
    .replace(/-?\d[\d.e+]*/g, 'n')
    .replace(/\b[A-Z]\w*/g, 'N')
    .slice(0, 120);
}
