import type { AdmissionCode } from '../../../src/agent/models/admission/admission-report.ts';

/** A small tokeniser that is what it should be. */
export const PLAIN_TOKENIZER = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    {
      id: 0,
      content: '<|pad|>',
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    },
  ],
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'NFKC' },
      { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '▁' },
      { type: 'Prepend', prepend: '▁' },
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ],
  },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: { Regex: "'s|\\p{L}+|\\s+(?!\\S)|\\s+" },
        behavior: 'Isolated',
        invert: false,
      },
      { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    ],
  },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '<|pad|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '<|pad|>': { id: '<|pad|>', ids: [0], tokens: ['<|pad|>'] } },
  },
  decoder: { type: 'ByteLevel', add_prefix_space: false },
  model: {
    type: 'BPE',
    unk_token: null,
    fuse_unk: false,
    byte_fallback: false,
    vocab: { '<|pad|>': 0, a: 1, b: 2, ab: 3, constructor: 4 },
    merges: ['a b'],
  },
} as const;

/** A hostile or broken JSON file or template, and the reason for which it is refused. */
export interface HostileJson {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly code: AdmissionCode;
  readonly says: RegExp;
}

const tokenizer = (name: string, code: AdmissionCode, says: RegExp, changes: object): HostileJson => ({
  name: `a tokeniser ${name}`,
  file: 'tokenizer.json',
  text: JSON.stringify({ ...PLAIN_TOKENIZER, ...changes }),
  code,
  says,
});
const config = (
  name: string,
  code: AdmissionCode,
  says: RegExp,
  text: string,
  file = 'config.json',
): HostileJson => ({
  name: `a configuration ${name}`,
  file,
  text,
  code,
  says,
});
const template = (name: string, says: RegExp, text: string): HostileJson => ({
  name: `a template ${name}`,
  file: 'chat_template.jinja',
  text,
  code: 'unsafe-template',
  says,
});
const split = (pattern: object) => ({ pre_tokenizer: { type: 'Split', pattern, behavior: 'Isolated' } });
const replacing = (content: string, times: number) => ({
  normalizer: {
    type: 'Sequence',
    normalizers: Array.from({ length: times }, () => ({
      type: 'Replace',
      pattern: { String: 'a' },
      content,
    })),
  },
});

/** Known hostile shapes of the files beside a graph. */
export const HOSTILE_JSON: readonly HostileJson[] = [
  tokenizer('whose pattern hangs', 'unsafe-pattern', /several ways/, split({ Regex: '(a+)+$' })),
  tokenizer('that matches nothing everywhere', 'unsafe-pattern', /everywhere/, {
    normalizer: { type: 'Replace', pattern: { Regex: 'a*' }, content: 'aa' },
  }),
  tokenizer('that makes texts explode', 'invalid-config', /times longer/, replacing('aaaaaaaa', 8)),
  tokenizer('with steps of no length', 'invalid-config', /length/, {
    pre_tokenizer: { type: 'FixedLength', length: 0 },
  }),
  tokenizer('with steps without a length', 'invalid-config', /length/, {
    pre_tokenizer: { type: 'FixedLength' },
  }),
  tokenizer('with an unknown step', 'invalid-config', /unknown kind/, {
    normalizer: { type: 'Shell', content: 'rm' },
  }),
  tokenizer('with a token at a far place', 'invalid-config', /number/, {
    model: { ...PLAIN_TOKENIZER.model, vocab: { a: 4_000_000_000 } },
  }),
  tokenizer('with an added token at a far place', 'invalid-config', /added_tokens/, {
    added_tokens: [{ id: 2 ** 40, content: 'x' }],
  }),
  tokenizer('with an endless token', 'invalid-config', /too long/, {
    model: { ...PLAIN_TOKENIZER.model, vocab: { ['a'.repeat(5000)]: 0 } },
  }),
  tokenizer('with a merge of three', 'invalid-config', /no pair/, {
    model: { ...PLAIN_TOKENIZER.model, merges: ['a b c'] },
  }),
  tokenizer('without a model', 'invalid-config', /model/, { model: undefined }),
  tokenizer('of an unknown kind', 'invalid-config', /type/, { model: { type: 'Native', vocab: {} } }),
  {
    ...tokenizer('nested without an end', 'malformed-json', /deep/, {}),
    text: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  },
  config('with a prototype', 'invalid-config', /prototype/, '{"a":{"__proto__":{"isAdmin":true}}}'),
  config('nested too deep', 'malformed-json', /deep/, `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`),
  config('that is no JSON', 'malformed-json', /not JSON/, '{"a":1,}'),
  config('that is no object', 'invalid-config', /./, '"text"'),
  config('with a gigantic vocabulary', 'invalid-config', /./, '{"vocab_size":1e15}'),
  config('with a head of no size', 'invalid-config', /./, '{"head_dim":-1}'),
  config('with labels that are none', 'invalid-config', /label/, '{"id2label":{"x":"y"}}'),
  config(
    'of a gigantic picture',
    'invalid-config',
    /./,
    '{"size":{"height":100000,"width":100000}}',
    'preprocessor_config.json',
  ),
  config(
    'with too many channels',
    'invalid-config',
    /./,
    '{"num_channels":1000}',
    'preprocessor_config.json',
  ),
  config(
    'of generation with a text',
    'invalid-config',
    /./,
    '{"max_length":"all"}',
    'generation_config.json',
  ),
  config(
    'with a template that loops in loops',
    'unsafe-template',
    /loops/,
    JSON.stringify({ chat_template: `${'{% for a in b %}'.repeat(6)}x${'{% endfor %}'.repeat(6)}` }),
    'tokenizer_config.json',
  ),
  template('that counts to a billion', /number above/, '{% for i in range(1000000000) %}x{% endfor %}'),
  template('that includes files', /include/, "{% include '/etc/passwd' %}"),
  template('nested too deep', /deep/, '{% if a %}'.repeat(30)),
  template('of brackets', /brackets/, `{{ ${'('.repeat(40)} }}`),
  template('without an end', /without an end/, '{{ messages'),
  template('as long as a book', /characters/, 'x'.repeat(200_000)),
];
