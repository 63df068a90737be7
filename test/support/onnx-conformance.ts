import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import type { OrtEnvironment, Tensor as OrtTensor } from 'ort-native';
import { type FixedSizeElementType, TENSOR_ELEMENT_BYTES, type Tensor } from '../../src/shared/tensor.ts';
import { fromRuntimeTensor, toRuntimeTensor } from '../../src/workers/tensor/tensor-conversion.ts';
import { parseModelInterface, parseTensorFile } from './onnx-file.ts';
import { closeTo } from './tensor-tolerance.ts';

/** Debian's package libonnx-testdata: the ONNX project's own tests, one folder a case. */
const DATA_FOLDER = '/usr/share/libonnx-testdata/data/node';

type Tensors = Readonly<Record<string, Tensor>>;

interface PassedCase {
  readonly model: Uint8Array;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

export interface ConformanceReport {
  readonly cases: number;
  /** Cases of which onnxruntime-node by itself gives what is expected, within ONNX's tolerance. */
  readonly passBare: number;
  /** Those of which ort-native gives the very same bytes. */
  readonly identical: number;
  /** The others, with what went wrong. */
  readonly different: readonly string[];
}

export function conformanceCases(): string[] {
  return existsSync(DATA_FOLDER) ? readdirSync(DATA_FOLDER).sort() : [];
}

/** Runs the cases with onnxruntime-node, and those that pass with ort-native as well, on the CPU. */
export async function compareConformance(
  environment: OrtEnvironment,
  names: readonly string[],
): Promise<ConformanceReport> {
  const different: string[] = [];
  let passBare = 0;
  for (const name of names) {
    const passed = await passBareCase(name);
    if (passed === undefined) continue;
    passBare += 1;
    try {
      const outputs = await runNative(environment, passed);
      if (!isDeepStrictEqual(comparable(outputs), comparable(passed.outputs))) different.push(name);
    } catch (error) {
      different.push(`${name}: ${String(error)}`);
    }
  }
  return { cases: names.length, passBare, identical: passBare - different.length, different };
}

async function passBareCase(name: string): Promise<PassedCase | undefined> {
  const folder = path.join(DATA_FOLDER, name);
  const model = readFileSync(path.join(folder, 'model.onnx'));
  try {
    const { inputs: inputNames, outputs: outputNames, hasOnlyTensors } = parseModelInterface(model);
    const inputs = readTensors(path.join(folder, 'test_data_set_0'), 'input', inputNames);
    const expected = readTensors(path.join(folder, 'test_data_set_0'), 'output', outputNames);
    if (!hasOnlyTensors || inputs === undefined || expected === undefined) return undefined;
    const outputs = await runBare(model, inputs);
    const passes = Object.entries(expected).every(([output, tensor]) => closeTo(outputs[output], tensor));
    return passes ? { model, inputs, outputs } : undefined;
  } catch {
    // What onnxruntime-node cannot do is not asked of ort-native.
    return undefined;
  }
}

/** A case's inputs or expected outputs by name; undefined when one of them is not a tensor. */
function readTensors(folder: string, kind: 'input' | 'output', names: readonly string[]) {
  const tensors: Record<string, Tensor> = {};
  for (const [index, name] of names.entries()) {
    const file = path.join(folder, `${kind}_${index}.pb`);
    const tensor = existsSync(file) ? parseTensorFile(readFileSync(file)) : undefined;
    if (tensor === undefined) return undefined;
    tensors[name] = tensor;
  }
  return tensors;
}

async function runBare(model: Uint8Array, inputs: Tensors): Promise<Tensors> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const feeds = Object.entries(inputs).map(([input, tensor]) => [input, toRuntimeTensor(tensor)] as const);
  const results = await session.run(Object.fromEntries(feeds));
  const outputs: Record<string, Tensor> = {};
  for (const [output, tensor] of Object.entries(results)) {
    const converted = fromRuntimeTensor(tensor);
    // The runtime's memory goes with its session.
    outputs[output] =
      converted.type === 'string' ? converted : { ...converted, data: converted.data.slice() };
  }
  await session.release();
  return outputs;
}

async function runNative(environment: OrtEnvironment, { model, inputs }: PassedCase): Promise<Tensors> {
  using session = await environment.createSession(model, { intraOpThreads: 1, logSeverity: 'fatal' });
  using stack = new DisposableStack();
  const feeds: Record<string, OrtTensor> = {};
  for (const [name, { type, dims, data }] of Object.entries(inputs)) {
    feeds[name] = stack.use(
      type === 'string'
        ? environment.tensor('string', data, dims)
        : environment.tensorFromBytes(type, data, dims),
    );
  }
  using results = await session.run(feeds);
  const outputs: Record<string, Tensor> = {};
  for (const [name] of results) {
    const tensor = results.tensor(name);
    const dims = [...tensor.shape];
    const { type } = tensor;
    if (type === 'string') outputs[name] = { type, dims, data: [...tensor.strings()] };
    else if (isCarried(type)) outputs[name] = { type, dims, data: Uint8Array.from(tensor.bytes()) };
    else throw new Error(`${name} is ${type}.`);
  }
  return outputs;
}

function isCarried(type: string): type is FixedSizeElementType {
  return Object.hasOwn(TENSOR_ELEMENT_BYTES, type);
}

/** Bytes as text, so that it does not matter which kind of byte array holds them. */
function comparable(outputs: Tensors): unknown {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { type, dims, data }]) => [
      name,
      { type, dims, data: data instanceof Uint8Array ? Buffer.from(data).toString('base64') : [...data] },
    ]),
  );
}
