import { describe, expect, it } from 'vitest';
import { bundleFileKind } from '../../../../src/agent/models/admission/bundle-file-kind.ts';
import { Findings } from '../../../../src/agent/models/admission/findings.ts';
import { inspectJson } from '../../../../src/agent/models/admission/inspect-bundle.ts';
import { checkTemplate } from '../../../../src/agent/models/admission/json/config-files.ts';
import { patternFault } from '../../../../src/agent/models/admission/json/pattern-cost.ts';
import { HOSTILE_JSON, PLAIN_TOKENIZER } from '../../../fuzz/corpus/json-shapes.ts';
import { HOSTILE_PATTERNS, KNOWN_PATTERNS } from '../../../fuzz/corpus/patterns.ts';

function inspect(file: string, text: string) {
  const findings = new Findings();
  const kind = bundleFileKind(file);
  const refuse: Parameters<typeof checkTemplate>[2] = (code, at, message) => findings.add(code, at, message);
  if (kind?.kind === 'template') checkTemplate(text, '', refuse);
  else if (kind?.kind === 'json') inspectJson(Buffer.from(text), kind, refuse, findings);
  return findings.reasons;
}

describe('inspecting the files beside a graph', () => {
  it('admits a plain tokeniser, and tokens of any text', () => {
    expect(inspect('tokenizer.json', JSON.stringify(PLAIN_TOKENIZER))).toEqual([]);
    const vocab = '{"a":0,"b":1,"ab":2,"__proto__":3,"toString":4}';
    const text = JSON.stringify({ ...PLAIN_TOKENIZER, model: { ...PLAIN_TOKENIZER.model, vocab: 'here' } });
    expect(inspect('tokenizer.json', text.replace('"here"', vocab))).toEqual([]);
  });

  it('admits tokenisers of the other two kinds, without a name of their kind too', () => {
    const unigram = {
      vocab: [
        ['<unk>', 0],
        ['▁a', -1.5],
      ],
      unk_id: 0,
    };
    const wordPiece = { vocab: { '[UNK]': 0, a: 1 }, unk_token: '[UNK]', continuing_subword_prefix: '##' };
    for (const model of [
      unigram,
      { type: 'Unigram', ...unigram },
      wordPiece,
      { type: 'WordPiece', ...wordPiece },
    ]) {
      expect(inspect('tokenizer.json', JSON.stringify({ ...PLAIN_TOKENIZER, model }))).toEqual([]);
    }
  });

  it('admits configurations as exporters write them', () => {
    const config = {
      architectures: ['ViTForImageClassification'],
      image_size: 224,
      num_labels: 2,
      id2label: { 0: 'cat', 1: 'dog' },
    };
    expect(inspect('config.json', JSON.stringify(config))).toEqual([]);
    expect(
      inspect('preprocessor_config.json', '{"size":{"shortest_edge":224},"image_mean":[0.5,0.5,0.5]}'),
    ).toEqual([]);
    expect(
      inspect('tokenizer_config.json', '{"model_max_length":1e30,"bos_token":{"content":"<s>"}}'),
    ).toEqual([]);
  });

  it.each(HOSTILE_JSON)('refuses $name', ({ file, text, code, says }) => {
    const reasons = inspect(file, text);
    const found = reasons.filter((reason) => reason.code === code);
    expect(
      found.some(({ place, message }) => says.test(`${place}: ${message}`)),
      JSON.stringify(reasons),
    ).toBe(true);
  });
});

describe('patterns of tokenisers', () => {
  it.each(KNOWN_PATTERNS)('admits %s', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  it.each(HOSTILE_PATTERNS)('refuses $pattern', ({ pattern, says }) => {
    expect(patternFault(pattern)).toMatch(says);
  });
});
