import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../src/shared/frame-codec.ts';
import { type OnnxRunOutput, taskInputSchema } from '../../../src/shared/task.ts';
import { elementCount, TENSOR_ELEMENT_BYTES, type Tensor } from '../../../src/shared/tensor.ts';
import { type LoadedModel, loadModel } from '../../../src/workers/model/load-model.ts';
import { writeBundle } from '../../support/onnx-bundle.ts';
import { ALL_ELEMENT_TYPES, onnxModel } from '../../support/onnx-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const identity = { op_type: 'Identity', input: ['x'], output: ['y'] };
let models: Map<string, LoadedModel>;

/** A model that returns what it is given, of any shape of two dimensions, or a scalar. */
async function load(name: string, type: Tensor['type'], shape: (number | string)[]): Promise<LoadedModel> {
  const graph = onnxModel({
    nodes: [identity],
    inputs: [{ name: 'x', type, shape }],
    outputs: [{ name: 'y', type, shape }],
  });
  const bundle = writeBundle(`${folder.path}/${name}`, { 'onnx/model.onnx': graph });
  return loadModel({ ...bundle, providers: ['cpu'], threads: 1 }, () => {});
}

function model(name: string): LoadedModel {
  const found = models.get(name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}

/** As a tensor comes over the wire: its bytes lie anywhere in a larger buffer. */
async function run(
  target: LoadedModel,
  inputs: Record<string, Tensor>,
  outputs?: string[],
): Promise<OnnxRunOutput> {
  const received = decodeMessage(encodeMessage({ kind: 'onnx.run', inputs, outputs }));
  const output = await target.run(taskInputSchema.parse(received));
  if (output.kind !== 'onnx.run') throw new Error(output.kind);
  return output;
}

/** Every bit pattern of the last byte, NaNs and infinities among them. */
function sample(type: Tensor['type'], dims: number[]): Tensor {
  const count = elementCount(dims);
  if (type === 'string') {
    return {
      type,
      dims,
      data: Array.from({ length: count }, (_, index) => ['', 'ünï', '🐉', 'a b\n'][index % 4] ?? ''),
    };
  }
  const data = new Uint8Array(count * TENSOR_ELEMENT_BYTES[type]);
  const isBool = type === 'bool';
  for (let at = 0; at < data.length; at++) data[at] = isBool ? at % 2 : (at * 37 + 0xf8) % 256;
  return { type, dims, data };
}

beforeAll(async () => {
  models = new Map();
  for (const type of ALL_ELEMENT_TYPES) {
    models.set(type, await load(type, type, ['rows', 3]));
    models.set(`${type} scalar`, await load(`${type}-scalar`, type, []));
  }
});
afterAll(async () => {
  for (const loaded of models.values()) await loaded[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('OnnxRunTask', () => {
  it.each(ALL_ELEMENT_TYPES)('carries %s tensors bit for bit', async (type) => {
    const tensor = sample(type, [64, 3]);
    const { outputs } = await run(model(type), { x: tensor });
    expect(outputs.y).toEqual(tensor);
  });

  it.each(ALL_ELEMENT_TYPES)('carries empty %s tensors', async (type) => {
    const tensor = sample(type, [0, 3]);
    const { outputs } = await run(model(type), { x: tensor });
    expect(outputs.y).toEqual(tensor);
  });

  it.each(ALL_ELEMENT_TYPES)('carries scalar %s tensors', async (type) => {
    const tensor = sample(type, []);
    const { outputs } = await run(model(`${type} scalar`), { x: tensor });
    expect(outputs.y).toEqual(tensor);
  });

  it.each([
    ['a missing input', {}, 'x'],
    ['an unknown input', { x: sample('float32', [1, 3]), z: sample('float32', [1, 3]) }, 'z'],
    ['another element type', { x: sample('float64', [1, 3]) }, 'x'],
    ['another rank', { x: sample('float32', [3]) }, 'x'],
    ['another size of a fixed dimension', { x: sample('float32', [1, 4]) }, 'x'],
  ])('refuses %s by name', async (_, inputs: Record<string, Tensor>, param) => {
    await expect(run(model('float32'), inputs)).rejects.toMatchObject({ code: 'invalid-tensor', param });
  });

  it('refuses a string with U+0000, which ONNX Runtime would cut', async () => {
    const x: Tensor = { type: 'string', dims: [1, 3], data: ['a', 'b\0c', 'd'] };
    await expect(run(model('string'), { x })).rejects.toMatchObject({ code: 'invalid-tensor', param: 'x' });
  });

  it('refuses an unknown output by name', async () => {
    const inputs = { x: sample('float32', [1, 3]) };
    await expect(run(model('float32'), inputs, ['q'])).rejects.toMatchObject({
      code: 'invalid-tensor',
      param: 'q',
    });
  });

  it('refuses a kind that the manifest does not name', async () => {
    await expect(model('float32').run({ kind: 'embedding', texts: ['a'] })).rejects.toMatchObject({
      code: 'unsupported-task',
    });
  });

  it('tells that tensors do not fit together', async () => {
    const graph = onnxModel({
      nodes: [{ op_type: 'Add', input: ['a', 'b'], output: ['c'] }],
      inputs: ['a', 'b'].map((name) => ({ name, type: 'float32' as const, shape: [`${name}s`] })),
      outputs: [{ name: 'c', type: 'float32', shape: ['cs'] }],
    });
    const bundle = writeBundle(`${folder.path}/add`, { 'model.onnx': graph });
    await using add = await loadModel({ ...bundle, providers: ['cpu'], threads: 1 }, () => {});
    const inputs = { a: sample('float32', [2]), b: sample('float32', [3]) };
    await expect(run(add, inputs)).rejects.toMatchObject({ code: 'invalid-tensor' });
  });
});
