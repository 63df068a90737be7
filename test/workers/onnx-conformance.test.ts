import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerConnection } from '../../src/agent/jobs/worker-connection.ts';
import { Bubblewrap } from '../../src/agent/sandbox/bubblewrap.linux.ts';
import { ConfinedProcess } from '../../src/agent/sandbox/confined-process.ts';
import type { Tensor } from '../../src/shared/tensor.ts';
import { fromRuntimeTensor, toRuntimeTensor } from '../../src/workers/tensor/tensor-conversion.ts';
import { builtWorker } from '../support/built-program.ts';
import { parseModelInterface, parseTensorFile } from '../support/onnx-file.ts';
import { closeTo } from '../support/tensor-tolerance.ts';

/** Debian's package libonnx-testdata: the ONNX project's own tests, one folder a case. */
const DATA_FOLDER = '/usr/share/libonnx-testdata/data/node';
const isInstalled = existsSync(DATA_FOLDER);

interface ConformanceCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** What bare onnxruntime-node returned. */
  readonly bare: Readonly<Record<string, Tensor>>;
}

/** A case's inputs or expected outputs by name; undefined when one of them is not a tensor of ours. */
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

/** Runs a case with onnxruntime-node alone; undefined when it does not pass there. */
async function passBare(name: string): Promise<ConformanceCase | undefined> {
  const folder = path.join(DATA_FOLDER, name);
  const model = readFileSync(path.join(folder, 'model.onnx'));
  try {
    const { inputs: inputNames, outputs: outputNames, hasOnlyTensors } = parseModelInterface(model);
    const inputs = readTensors(path.join(folder, 'test_data_set_0'), 'input', inputNames);
    const expected = readTensors(path.join(folder, 'test_data_set_0'), 'output', outputNames);
    if (!hasOnlyTensors || inputs === undefined || expected === undefined) return undefined;
    const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 4 });
    const feeds = Object.entries(inputs).map(([input, tensor]) => [input, toRuntimeTensor(tensor)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    const bare: Record<string, Tensor> = {};
    for (const [output, tensor] of Object.entries(results)) {
      const converted = fromRuntimeTensor(tensor);
      // The runtime's memory goes with its session.
      bare[output] = converted.type === 'string' ? converted : { ...converted, data: converted.data.slice() };
    }
    await session.release();
    const passes = Object.entries(expected).every(([output, tensor]) => closeTo(bare[output], tensor));
    return passes ? { name, inputs, bare } : undefined;
  } catch {
    return undefined;
  }
}

const workers: WorkerConnection[] = [];
afterAll(async () => {
  for (const worker of workers) await worker.kill();
});

/** A sandboxed worker that sees all cases as one bundle folder. */
async function startWorker(): Promise<WorkerConnection> {
  const sandbox = await Bubblewrap.create('/usr/bin/bwrap', await builtWorker());
  const process = new ConfinedProcess(sandbox.wrap({ modelFolder: DATA_FOLDER }));
  const worker = new WorkerConnection(process, pino({ level: 'silent' }));
  workers.push(worker);
  await worker.exchange(undefined, (message) => (message.type === 'ready' ? true : undefined));
  return worker;
}

async function runInWorker(worker: WorkerConnection, { name, inputs }: ConformanceCase) {
  const manifest = {
    schemaVersion: 1 as const,
    id: name,
    name,
    version: '1.0.0',
    description: '',
    licence: '',
    demo: true,
    tasks: ['onnx.run' as const],
    files: [{ path: 'model.onnx', bytes: 0, sha256: '0'.repeat(64) }],
  };
  const load = {
    type: 'load' as const,
    folder: `/model/${name}`,
    manifest,
    providers: ['cpu' as const],
    threads: 1,
  };
  await worker.exchange(load, (message) => (message.type === 'loaded' ? true : undefined));
  try {
    return await worker.exchange({ type: 'run', id: name, input: { kind: 'onnx.run', inputs } }, (message) =>
      message.type === 'result' && message.output.kind === 'onnx.run' ? message.output.outputs : undefined,
    );
  } finally {
    await worker.exchange({ type: 'unload' }, (message) => (message.type === 'unloaded' ? true : undefined));
  }
}

describe('onnx.run on the ONNX project’s tests', () => {
  it.runIf(isInstalled)(
    'returns, byte for byte, what onnxruntime-node returns without it',
    async () => {
      process.env.ORT_DISABLE_TELEMETRY = '1';
      const names = readdirSync(DATA_FOLDER).sort();
      const cases: ConformanceCase[] = [];
      for (const name of names) {
        const passed = await passBare(name);
        if (passed !== undefined) cases.push(passed);
      }
      const worker = await startWorker();
      const failed: string[] = [];
      for (const each of cases) {
        const outputs = await runInWorker(worker, each).catch(() => undefined);
        if (!isSame(outputs, each.bare)) failed.push(each.name);
      }
      console.log(
        `ONNX conformance: ${names.length} cases, ${cases.length} pass bare, ${cases.length - failed.length} pass through onnx.run`,
      );
      expect(failed).toEqual([]);
      expect(cases.length).toBeGreaterThan(names.length / 2);
    },
    180_000,
  );
});

function isSame(
  outputs: Readonly<Record<string, Tensor>> | undefined,
  bare: Readonly<Record<string, Tensor>>,
): boolean {
  if (outputs === undefined) return false;
  return isDeepStrictEqual(plain(Object.entries(outputs)), plain(Object.entries(bare)));
}

/** Bytes as text, so that it does not matter which kind of byte array holds them. */
function plain(outputs: [string, Tensor][]): unknown {
  const entries = outputs.map(([name, { type, dims, data }]) => [
    name,
    { type, dims, data: data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data },
  ]);
  return Object.fromEntries(entries);
}
