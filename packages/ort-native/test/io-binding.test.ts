import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrtArgumentError, OrtDisposedError, type OrtEnvironment, openOrtEnvironment } from '../src/index.ts';
import { tensorValue, writeModel } from './onnx-writer.ts';

let environment: OrtEnvironment;
beforeAll(() => {
  environment = openOrtEnvironment({ logSeverity: 'fatal' });
});
afterAll(() => environment[Symbol.dispose]());

/** A cache that grows by one value a run, and the sum of what is in it. */
const cache = writeModel({
  nodes: [
    {
      operator: 'Concat',
      inputs: ['past', 'next'],
      outputs: ['present'],
      attributes: { axis: 0 },
    },
    { operator: 'ReduceSum', inputs: ['present'], outputs: ['sum'], attributes: { keepdims: 0 } },
  ],
  inputs: [tensorValue('past', 'float32', ['past']), tensorValue('next', 'float32', [1])],
  outputs: [tensorValue('present', 'float32', ['total']), tensorValue('sum', 'float32', [])],
});

describe('a binding', () => {
  test('feeds results to the next run without handing them out', async () => {
    using session = await environment.createSession(cache);
    using memory = session.outputMemory('present');
    using binding = session.createBinding();
    const next = Float32Array.of(0);
    using nextTensor = environment.tensor('float32', next);
    const sum = new Float32Array(1);
    using sumTensor = environment.tensor('float32', sum, []);
    using empty = environment.tensor('float32', new Float32Array(0));
    binding.bindInput('past', empty);
    binding.bindInput('next', nextTensor);
    binding.bindOutputTo('present', memory);
    binding.bindOutput('sum', sumTensor);
    for (let round = 1; round <= 10; round += 1) {
      next[0] = round;
      binding.synchronizeInputs();
      await binding.run();
      binding.synchronizeOutputs();
      using outputs = binding.outputs();
      expect(outputs.names).toEqual(['present', 'sum']);
      expect(outputs.get('sum')).toBe(sumTensor);
      expect(sum[0]).toBe((round * (round + 1)) / 2);
      expect(outputs.tensor('present').shape).toEqual([round]);
      binding.bindInput('past', outputs.tensor('present'));
    }
    expect(sumTensor.isDisposed).toBe(false);
    binding.clearInputs();
    await expect(binding.run()).rejects.toThrow();
    binding.clearOutputs();
  });

  test('writes into memory of the library’s that stays', async () => {
    using session = await environment.createSession(cache);
    using memory = environment.memory({ name: 'Cpu' });
    using allocator = session.allocator(memory);
    using past = allocator.tensor('float32', [2]);
    using present = allocator.tensor('float32', [3]);
    using one = environment.tensor('float32', Float32Array.of(1));
    using binding = session.createBinding();
    binding.bindInput('past', past);
    binding.bindInput('next', one);
    binding.bindOutput('present', present);
    binding.bindOutputToHost('sum');
    for (const value of [3, 4, 5]) {
      past.write(Float32Array.of(value, value));
      await binding.run();
      expect(present.elements('float32')).toEqual(Float32Array.of(value, value, 1));
      using outputs = binding.outputs();
      expect(outputs.tensor('sum').elements('float32')).toEqual(Float32Array.of(2 * value + 1));
    }
    expect(allocator.statistics().limitBytes).toBeNull();
  });

  test('keeps what is bound when its owner lets go of it', async () => {
    const session = await environment.createSession(cache);
    using binding = session.createBinding();
    {
      using past = environment.tensor('float32', Float32Array.of(1, 2));
      using next = environment.tensor('float32', Float32Array.of(3));
      binding.bindInput('past', past);
      binding.bindInput('next', next);
    }
    binding.bindOutputToHost('present');
    binding.bindOutputToHost('sum');
    await binding.run();
    using outputs = binding.outputs();
    session[Symbol.dispose]();
    expect(outputs.tensor('present').elements('float32')).toEqual(Float32Array.of(1, 2, 3));
    await expect(binding.run()).rejects.toThrow(OrtDisposedError);
    expect(outputs.tensor('sum').elements('float32')).toEqual(Float32Array.of(6));
  });

  test('refuses names, shapes and disposed values', async () => {
    using session = await environment.createSession(cache);
    using binding = session.createBinding();
    const value = environment.tensor('float32', Float32Array.of(1));
    expect(() => binding.bindInput('nothing', value)).toThrow(OrtArgumentError);
    expect(() => binding.bindOutput('nothing', value)).toThrow(OrtArgumentError);
    expect(() => binding.bindOutputToHost('past')).toThrow(OrtArgumentError);
    expect(() => session.inputMemory('present')).toThrow(OrtArgumentError);
    binding.bindInput('past', value);
    binding.bindInput('next', value);
    // Two values do not fit into one.
    binding.bindOutput('present', value);
    binding.bindOutputToHost('sum');
    await expect(binding.run()).rejects.toThrow(/shape/i);
    value[Symbol.dispose]();
    expect(() => binding.bindInput('past', value)).toThrow(OrtDisposedError);
    binding[Symbol.dispose]();
    expect(() => binding.outputs()).toThrow(OrtDisposedError);
  });
});
