import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BundleFolder } from '../../../src/workers/model/bundle-folder.ts';
import { loadModel } from '../../../src/workers/model/load-model.ts';
import { TextTokenizer } from '../../../src/workers/text/text-tokenizer.ts';
import { demoModel } from '../../support/demo-models.ts';
import { writeBundle } from '../../support/onnx-bundle.ts';
import { onnxModel } from '../../support/onnx-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const chat = demoModel('npc-chat');

/** The number of an element type in onnx.proto, for Cast. */
const CAST_TO = { float32: 1, float16: 10 };

/**
 * A decoder whose cache holds the ids it has read, and whose next token is the place of the largest of them: what
 * it generates is right only when the cache is.
 */
function rememberingDecoder(type: keyof typeof CAST_TO): Uint8Array {
  const cacheShape = ['batch', 1, 'tokens', 1];
  return onnxModel({
    operatorSet: 11,
    nodes: [
      { op_type: 'Cast', input: ['input_ids'], output: ['numbers'], attributes: { to: CAST_TO[type] } },
      { op_type: 'Unsqueeze', input: ['numbers'], output: ['new'], attributes: { axes: [1, 3] } },
      ...['key', 'value'].map((part) => ({
        op_type: 'Concat',
        input: [`past_key_values.0.${part}`, 'new'],
        output: [`present.0.${part}`],
        attributes: { axis: 2 },
      })),
      { op_type: 'Squeeze', input: ['present.0.key'], output: ['logits'], attributes: { axes: [3] } },
    ],
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'length'] },
      ...['key', 'value'].map((part) => ({ name: `past_key_values.0.${part}`, type, shape: cacheShape })),
    ],
    outputs: [
      { name: 'logits', type, shape: ['batch', 1, 'tokens'] },
      ...['key', 'value'].map((part) => ({ name: `present.0.${part}`, type, shape: cacheShape })),
    ],
  });
}

describe('Decoder', () => {
  it.each(['float32', 'float16'] as const)('keeps what it has read in a %s cache', async (type) => {
    const bundle = writeBundle(
      path.join(folder.path, type),
      {
        'onnx/model.onnx': rememberingDecoder(type),
        'tokenizer.json': readFileSync(path.join(chat.folder, 'tokenizer.json')),
        'tokenizer_config.json': readFileSync(path.join(chat.folder, 'tokenizer_config.json')),
      },
      { tasks: ['text.generate'], contextTokens: 64 },
    );
    await using model = await loadModel({ ...bundle, providers: ['cpu'], threads: 1 }, () => {});
    const text = 'Where is the old bridge?';
    const output = await model.run({
      kind: 'text.generate',
      prompt: { text },
      sampling: { temperature: 0, topP: 1, topK: 0, minTokens: 0, maxTokens: 6, stop: [] },
    });
    const tokenizer = await TextTokenizer.read(new BundleFolder(chat.folder, chat.manifest));
    const prompt = tokenizer.encode(text);
    const place = prompt.indexOf(Math.max(...prompt));
    expect(place).toBeGreaterThan(0);
    expect(output).toMatchObject({ tokens: new Array(6).fill(place), promptTokens: prompt.length });
  });

  it('refuses a model without a cache', async () => {
    const graph = onnxModel({
      nodes: [{ op_type: 'Cast', input: ['input_ids'], output: ['logits'], attributes: { to: 1 } }],
      inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch', 'length'] }],
      outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 'length'] }],
    });
    const bundle = writeBundle(
      path.join(folder.path, 'no-cache'),
      { 'onnx/model.onnx': graph },
      { tasks: ['text.generate'] },
    );
    await expect(loadModel({ ...bundle, providers: ['cpu'], threads: 1 }, () => {})).rejects.toMatchObject({
      code: 'model-load-failed',
      message: expect.stringContaining('past_key_values'),
    });
  });
});
