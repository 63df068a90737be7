import { openOrtEnvironment } from '../src/index.ts';
import { tensorValue, writeModel } from './onnx-writer.ts';

/** What the program prints: it runs where a Vulkan driver is at hand, which a process looks for once. */
export interface DeviceReport {
  readonly run: number[];
  readonly input: { readonly name: string; readonly isHost: boolean };
  readonly output: { readonly name: string; readonly isHost: boolean };
  readonly deviceReadError: string;
  readonly deviceCopy: number[];
  readonly afterFiveRuns: number[];
  readonly thereAndBack: number[];
  readonly allocations: boolean;
}

const add = writeModel({
  nodes: [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['c'] }],
  inputs: [tensorValue('a', 'float32', [4]), tensorValue('b', 'float32', [4])],
  outputs: [tensorValue('c', 'float32', [4])],
});

async function useDevice(): Promise<DeviceReport> {
  using environment = openOrtEnvironment({ logSeverity: 'error' });
  using session = await environment.createSession(add, { providers: [{ name: 'WebGPU' }] });
  using a = environment.tensor('float32', Float32Array.of(1, 2, 3, 4));
  using host = environment.tensor('float32', new Float32Array(4));
  using memory = session.outputMemory('c');
  const input = session.inputMemory('a').describe();
  const output = memory.describe();
  using plain = await session.run({ a, b: a });

  using binding = session.createBinding();
  binding.bindInput('a', a);
  binding.bindInput('b', a);
  binding.bindOutputTo('c', memory);
  await binding.run();
  let deviceReadError = '';
  {
    using outputs = binding.outputs();
    const c = outputs.tensor('c');
    try {
      c.bytes();
    } catch (error) {
      deviceReadError = error instanceof Error ? error.name : '';
    }
    await environment.copy(c, host);
    binding.bindInput('a', c);
  }
  const deviceCopy = [...host.elements('float32')];
  for (let run = 2; run < 5; run += 1) {
    await binding.run();
    using outputs = binding.outputs();
    binding.bindInput('a', outputs.tensor('c'));
  }
  binding.bindOutputToHost('c');
  await binding.run();
  binding.synchronizeOutputs();
  using last = binding.outputs();

  using allocator = session.allocator(memory);
  using device = allocator.tensor('float32', [4]);
  await environment.copy(a, device);
  await environment.copy(device, host);
  return {
    run: [...plain.tensor('c').elements('float32')],
    input: { name: input.name, isHost: input.isHost },
    output: { name: output.name, isHost: output.isHost },
    deviceReadError,
    deviceCopy,
    afterFiveRuns: [...last.tensor('c').elements('float32')],
    thereAndBack: [...host.elements('float32')],
    allocations: (allocator.statistics().allocationCount ?? 0) > 0,
  };
}

console.log(JSON.stringify(await useDevice()));
