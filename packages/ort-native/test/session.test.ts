import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  OrtArgumentError,
  OrtDisposedError,
  type OrtEnvironment,
  OrtError,
  OrtMap,
  openOrtEnvironment,
  Sequence,
} from '../src/index.ts';
import { identityModel, tensorValue, writeModel } from './onnx-writer.ts';

let environment: OrtEnvironment;
let folder: string;
beforeAll(() => {
  environment = openOrtEnvironment({ logSeverity: 'fatal' });
  folder = mkdtempSync(join(tmpdir(), 'ort-native-'));
});
afterAll(() => {
  environment[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const add = writeModel(
  {
    nodes: [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['c'] }],
    inputs: [tensorValue('a', 'float32', ['n', 2]), tensorValue('b', 'float32', ['n', 2])],
    outputs: [tensorValue('c', 'float32', ['n', 2])],
  },
  { metadata: { licence: 'MIT', größe: 'klein' } },
);

describe('a session', () => {
  test('tells inputs, outputs and what the makers wrote', async () => {
    using session = await environment.createSession(add);
    expect(session.inputs).toEqual([
      { name: 'a', kind: 'tensor', type: 'float32', shape: ['n', 2] },
      { name: 'b', kind: 'tensor', type: 'float32', shape: ['n', 2] },
    ]);
    expect(session.outputs).toEqual([{ name: 'c', kind: 'tensor', type: 'float32', shape: ['n', 2] }]);
    expect(session.metadata).toEqual({
      producerName: 'ort-native tests',
      graphName: 'graph',
      domain: '',
      description: '',
      graphDescription: '',
      version: 7,
      custom: { licence: 'MIT', größe: 'klein' },
    });
  });

  test('loads from a file and from bytes, and runs', async () => {
    const path = join(folder, 'ädd.onnx');
    writeFileSync(path, add);
    for (const model of [path, add]) {
      using session = await environment.createSession(model, { intraOpThreads: 1 });
      using a = environment.tensor('float32', Float32Array.of(1, 2), [1, 2]);
      using outputs = await session.run({ a, b: a });
      expect(outputs.tensor('c').elements('float32')).toEqual(Float32Array.of(2, 4));
      expect(outputs.tensor('c').shape).toEqual([1, 2]);
      expect([...outputs].map(([name]) => name)).toEqual(['c']);
    }
  });

  test('takes every option', async () => {
    using session = await environment.createSession(add, {
      optimization: 'extended',
      optimizedModelPath: join(folder, 'optimized.onnx'),
      intraOpThreads: 1,
      interOpThreads: 2,
      executionMode: 'parallel',
      freeDimensions: { n: 3 },
      freeDimensionsByDenotation: { DATA_BATCH: 1 },
      profilePrefix: join(folder, 'profile'),
      hostArena: false,
      memoryPattern: false,
      logId: 'test',
      logSeverity: 'error',
      config: { 'session.intra_op.allow_spinning': '0' },
      providers: [{ name: 'CPUExecutionProvider' }],
    });
    expect(session.inputs[0]).toMatchObject({ shape: [3, 2] });
    expect(session.endProfiling()).toContain(join(folder, 'profile'));
    using optimized = await environment.createSession(join(folder, 'optimized.onnx'));
    expect(optimized.outputs).toHaveLength(1);
  });

  test('gives only the outputs that are wanted, into tensors of the caller’s where given', async () => {
    using session = await environment.createSession(add);
    using a = environment.tensor('float32', Float32Array.of(1, 2), [1, 2]);
    const target = new Float32Array(2);
    using c = environment.tensor('float32', target, [1, 2]);
    for (const dispatch of [1, 2, 3, 4, 5, 6]) {
      using outputs = await session.run({ a, b: a }, { outputs: { c } });
      expect(outputs.get('c')).toBe(c);
      expect(target).toEqual(Float32Array.of(2 * dispatch, 4 * dispatch));
      a.elements('float32').set([dispatch + 1, 2 * (dispatch + 1)]);
    }
    using fresh = await session.run({ a, b: a }, { outputs: { c: null } });
    expect(fresh.tensor('c')).not.toBe(c);
    using named = await session.run(
      { a, b: a },
      { outputs: ['c'], settings: { tag: 't', logSeverity: 'fatal' } },
    );
    expect(named.names).toEqual(['c']);
    expect(c.isDisposed).toBe(false);
  });

  test('copies an output that is an input out of the caller’s array', async () => {
    const model = writeModel({
      nodes: [{ operator: 'Neg', inputs: ['x'], outputs: ['y'] }],
      inputs: [tensorValue('x', 'float32', [1])],
      outputs: [tensorValue('x', 'float32', [1]), tensorValue('y', 'float32', [1])],
    });
    using session = await environment.createSession(model);
    const array = Float32Array.of(5);
    using x = environment.tensor('float32', array);
    using outputs = await session.run({ x });
    array[0] = 6;
    expect(outputs.tensor('x').elements('float32')).toEqual(Float32Array.of(5));
    expect(outputs.tensor('y').elements('float32')).toEqual(Float32Array.of(-5));
  });

  test('runs many times at once', async () => {
    using session = await environment.createSession(add, { dispatch: 'thread' });
    const sums = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        using a = environment.tensor('float32', Float32Array.of(index, index), [1, 2]);
        using outputs = await session.run({ a, b: a });
        return outputs.tensor('c').elements('float32')[0];
      }),
    );
    expect(sums).toEqual(Array.from({ length: 64 }, (_, index) => 2 * index));
  });

  test('gives sequences and maps, and takes sequences', async () => {
    const split = writeModel({
      nodes: [{ operator: 'SplitToSequence', inputs: ['x'], outputs: ['s'] }],
      inputs: [tensorValue('x', 'string', [3])],
      outputs: [{ name: 's', type: { kind: 'sequence', element: { kind: 'tensor', type: 'string' } } }],
    });
    using session = await environment.createSession(split);
    expect(session.outputs[0]).toEqual({
      name: 's',
      kind: 'sequence',
      element: { kind: 'tensor', type: 'string', shape: undefined },
    });
    using x = environment.tensor('string', ['a', 'ß', '']);
    using outputs = await session.run({ x });
    const sequence = outputs.get('s');
    if (!(sequence instanceof Sequence)) throw new Error(sequence.kind);
    expect(sequence.length).toBe(3);
    using second = sequence.at(1);
    expect(second).toMatchObject({ kind: 'tensor', data: ['ß'] });
    expect(() => sequence.at(3)).toThrow(OrtError);

    const concat = writeModel({
      nodes: [{ operator: 'ConcatFromSequence', inputs: ['s'], outputs: ['y'], attributes: { axis: 0 } }],
      inputs: [{ name: 's', type: { kind: 'sequence', element: { kind: 'tensor', type: 'float32' } } }],
      outputs: [tensorValue('y', 'float32', ['n'])],
    });
    using joined = await environment.createSession(concat);
    using first = environment.tensor('float32', Float32Array.of(1));
    using rest = environment.tensor('float32', Float32Array.of(2, 3));
    using given = Sequence.of(environment, [first, rest]);
    rest.write(Float32Array.of(8, 9));
    expect(() => Sequence.of(environment, [first, x])).toThrow(OrtError);
    using result = await joined.run({ s: given });
    expect(result.tensor('y').data).toEqual(Float32Array.of(1, 2, 3));
  });

  test('gives a sequence of maps from a classifier', async () => {
    const zipMap = writeModel({
      nodes: [
        {
          operator: 'ZipMap',
          domain: 'ai.onnx.ml',
          inputs: ['p'],
          outputs: ['z'],
          attributes: { classlabels_int64s: [10, 20] },
        },
      ],
      inputs: [tensorValue('p', 'float32', ['n', 2])],
      outputs: [
        {
          name: 'z',
          type: {
            kind: 'sequence',
            element: { kind: 'map', key: 'int64', value: { kind: 'tensor', type: 'float32' } },
          },
        },
      ],
    });
    using session = await environment.createSession(zipMap);
    expect(session.outputs[0]).toMatchObject({ element: { kind: 'map', key: 'int64' } });
    using p = environment.tensor('float32', Float32Array.of(0.25, 0.75), [1, 2]);
    using outputs = await session.run({ p });
    const sequence = outputs.get('z');
    if (!(sequence instanceof Sequence)) throw new Error(sequence.kind);
    using map = sequence.at(0);
    if (!(map instanceof OrtMap)) throw new Error(map.kind);
    expect(map.toMap()).toEqual(
      new Map([
        [10n, 0.25],
        [20n, 0.75],
      ]),
    );
  });

  test('gives an optional value that is not there', async () => {
    const optional = writeModel({
      nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', type: { kind: 'optional', value: { kind: 'tensor', type: 'float32' } } }],
      outputs: [{ name: 'y', type: { kind: 'optional', value: { kind: 'tensor', type: 'float32' } } }],
    });
    using session = await environment.createSession(optional);
    expect(session.inputs[0]).toMatchObject({ kind: 'optional', value: { type: 'float32' } });
    using x = environment.tensor('float32', Float32Array.of(1));
    using outputs = await session.run({ x });
    expect(outputs.tensor('y').data).toEqual(Float32Array.of(1));
  });
});

describe('bad input', () => {
  test('is refused by name, type and shape', async () => {
    using session = await environment.createSession(add);
    using a = environment.tensor('float32', Float32Array.of(1, 2), [1, 2]);
    using wrongType = environment.tensor('float64', Float64Array.of(1, 2), [1, 2]);
    using wrongShape = environment.tensor('float32', Float32Array.of(1, 2, 3), [1, 3]);
    await expect(session.run({ a })).rejects.toThrow(/wants its input "b"/);
    await expect(session.run({ a, b: a, d: a })).rejects.toThrow(OrtArgumentError);
    await expect(session.run({ a, b: a }, { outputs: ['nothing'] })).rejects.toThrow(/no output "nothing"/);
    await expect(session.run({ a, b: wrongType })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      call: 'Run',
    });
    await expect(session.run({ a, b: wrongShape })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    using outputs = await session.run({ a, b: a });
    expect(() => outputs.get('nothing')).toThrow(OrtArgumentError);
  });

  test('of a model is refused', async () => {
    const path = join(folder, 'text.onnx');
    writeFileSync(path, 'This is no model.');
    await expect(environment.createSession(path)).rejects.toMatchObject({ code: 'INVALID_PROTOBUF' });
    await expect(environment.createSession(join(folder, 'none.onnx'))).rejects.toMatchObject({
      code: 'NO_SUCH_FILE',
    });
    await expect(environment.createSession(new Uint8Array(0))).rejects.toThrow(OrtError);
    await expect(environment.createSession(add.subarray(0, add.length / 2))).rejects.toThrow(OrtError);
    const unknownOperator = writeModel({
      nodes: [{ operator: 'Nonsense', inputs: ['x'], outputs: ['y'] }],
      inputs: [tensorValue('x', 'float32')],
      outputs: [tensorValue('y', 'float32')],
    });
    await expect(environment.createSession(unknownOperator)).rejects.toThrow(/Nonsense/);
  });

  test('after disposal is refused, and what is in use is left alone', async () => {
    const session = await environment.createSession(add, { dispatch: 'thread' });
    const a = environment.tensor('float32', Float32Array.of(1, 2), [1, 2]);
    const run = session.run({ a, b: a });
    session[Symbol.dispose]();
    a[Symbol.dispose]();
    a[Symbol.dispose]();
    const outputs = await run;
    const c = outputs.tensor('c');
    expect(c.data).toEqual(Float32Array.of(2, 4));
    outputs[Symbol.dispose]();
    expect(() => c.data).toThrow(OrtDisposedError);
    expect(() => a.data).toThrow(OrtDisposedError);
    await expect(session.run({})).rejects.toThrow(OrtDisposedError);
    expect(() => session.createBinding()).toThrow(OrtDisposedError);
    expect(() => session.metadata).toThrow(OrtDisposedError);
    using other = await environment.createSession(add);
    await expect(other.run({ a, b: a })).rejects.toThrow(OrtDisposedError);
  });

  test('of a transferred array is refused', async () => {
    using session = await environment.createSession(identityModel('float32'));
    const data = Float32Array.of(1, 2);
    using x = environment.tensor('float32', data);
    structuredClone(data, { transfer: [data.buffer] });
    await expect(session.run({ x })).rejects.toThrow(/transferred/);
    const resizable = new Float32Array(new ArrayBuffer(8, { maxByteLength: 16 }));
    expect(() => environment.tensor('float32', resizable)).toThrow(/resizable/);
  });
});
