import { isDeviceName } from './device-name.ts';
import type { JsonLimits } from './json/bounded-json.ts';
import {
  checkConfig,
  checkGenerationConfig,
  checkObject,
  checkPreprocessor,
  checkTokenizerConfig,
} from './json/config-files.ts';
import { checkTokenizer, type Refuse } from './json/tokenizer-file.ts';

const MEBI = 1024 * 1024;
const SMALL: JsonLimits = { bytes: 4 * MEBI, depth: 24, values: 400_000 };
const TOKENIZER: JsonLimits = { bytes: 48 * MEBI, depth: 24, values: 8_000_000 };

/** What a file of a bundle is, and how it is inspected. */
export type BundleFileKind =
  | { readonly kind: 'graph' }
  | {
      readonly kind: 'json';
      readonly limits: JsonLimits;
      readonly check: (value: unknown, refuse: Refuse) => void;
      /** Tokens may have any text, that of a prototype's key included. */
      readonly hasTokensAsKeys: boolean;
    }
  | { readonly kind: 'template' }
  /** Weights, of which graphs say which parts they use. Nothing but ONNX Runtime reads them. */
  | { readonly kind: 'weights' }
  /** For people; nothing reads it. */
  | { readonly kind: 'text'; readonly bytes: number };

const json = (check: (value: unknown, refuse: Refuse) => void): BundleFileKind => ({
  kind: 'json',
  limits: SMALL,
  check,
  hasTokensAsKeys: false,
});

const BY_NAME: Readonly<Record<string, BundleFileKind>> = {
  'config.json': json(checkConfig),
  'generation_config.json': json(checkGenerationConfig),
  'preprocessor_config.json': json(checkPreprocessor),
  'tokenizer_config.json': json(checkTokenizerConfig),
  'special_tokens_map.json': json(checkObject),
  'tokenizer.json': { kind: 'json', limits: TOKENIZER, check: checkTokenizer, hasTokensAsKeys: true },
  'added_tokens.json': { kind: 'json', limits: SMALL, check: checkObject, hasTokensAsKeys: true },
  'vocab.json': { kind: 'json', limits: TOKENIZER, check: checkObject, hasTokensAsKeys: true },
  'chat_template.jinja': { kind: 'template' },
  'vocab.txt': { kind: 'text', bytes: 16 * MEBI },
  'merges.txt': { kind: 'text', bytes: 32 * MEBI },
  'README.md': { kind: 'text', bytes: MEBI },
  LICENSE: { kind: 'text', bytes: MEBI },
  'LICENSE.txt': { kind: 'text', bytes: MEBI },
  'LICENSE.md': { kind: 'text', bytes: MEBI },
  NOTICE: { kind: 'text', bytes: MEBI },
};
/** Exporters name weights after the graph: model.onnx_data, model.onnx_data_1, model.onnx.data, model.data. */
const WEIGHTS = /^[\w.-]+(\.onnx_data(_\d{1,4})?|\.onnx\.data|\.data)$/;

/** What a file is by its name; undefined for every name that a bundle has no business with. */
export function bundleFileKind(path: string): BundleFileKind | undefined {
  const segments = path.split('/');
  const name = segments.at(-1) ?? '';
  const isInOnnxFolder = segments.length === 2 && segments[0] === 'onnx';
  if (segments.length === 1 && Object.hasOwn(BY_NAME, name)) return BY_NAME[name];
  if ((segments.length !== 1 && !isInOnnxFolder) || isDeviceName(name)) return undefined;
  if (/^[\w.-]+\.onnx$/.test(name)) return { kind: 'graph' };
  return WEIGHTS.test(name) ? { kind: 'weights' } : undefined;
}
