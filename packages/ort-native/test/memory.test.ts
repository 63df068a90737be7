import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OrtEnvironment, OrtError, openOrtEnvironment } from '../src/index.ts';
import { tensorValue, writeModel } from './onnx-writer.ts';

const MEBIBYTE = 2 ** 20;

let environment: OrtEnvironment;
beforeAll(() => {
  environment = openOrtEnvironment({ logSeverity: 'fatal' });
});
afterAll(() => environment[Symbol.dispose]());

/** As many zeros as it is asked for. */
const zeros = writeModel({
  nodes: [{ operator: 'ConstantOfShape', inputs: ['shape'], outputs: ['y'] }],
  inputs: [tensorValue('shape', 'int64', [1])],
  outputs: [tensorValue('y', 'float32', ['n'])],
});

describe('a limited arena', () => {
  test('fails a model that wants more, and serves one that does not', async () => {
    environment.registerHostArena({ maxBytes: 16 * MEBIBYTE, extension: 'as-requested' });
    try {
      using session = await environment.createSession(zeros, { sharedArena: true });
      using small = environment.tensor('int64', BigInt64Array.of(BigInt(MEBIBYTE)));
      using large = environment.tensor('int64', BigInt64Array.of(BigInt(8 * MEBIBYTE)));
      await expect(session.run({ shape: large })).rejects.toThrow(/smaller than requested|memory/i);
      await expect(session.run({ shape: large })).rejects.toThrow(OrtError);
      for (let round = 0; round < 5; round += 1) {
        using outputs = await session.run({ shape: small });
        expect(outputs.tensor('y').byteLength).toBe(4 * MEBIBYTE);
        expect(session.memoryStatistics()).toMatchObject({ limitBytes: 16 * MEBIBYTE });
        expect(session.memoryStatistics().inUseBytes).toBeGreaterThanOrEqual(4 * MEBIBYTE);
      }
      expect(session.memoryStatistics().inUseBytes).toBe(0);

      using other = await environment.createSession(zeros);
      using outputs = await other.run({ shape: large });
      expect(outputs.tensor('y').byteLength).toBe(32 * MEBIBYTE);
    } finally {
      environment.unregisterHostArena();
    }
    environment.registerHostArena({
      maxBytes: 64 * MEBIBYTE,
      initialChunkBytes: 4096,
      maxDeadBytesPerChunk: 0,
    });
    environment.unregisterHostArena();
    expect(() => environment.unregisterHostArena()).toThrow(OrtError);
  });
});

describe('memory that cannot be had', () => {
  test('fails a run, not the process', async () => {
    using session = await environment.createSession(zeros, { hostArena: false });
    using shape = environment.tensor('int64', BigInt64Array.of(2n ** 50n));
    await expect(session.run({ shape })).rejects.toThrow(OrtError);
    using memory = environment.memory({ name: 'Cpu' });
    using allocator = session.allocator(memory);
    expect(() => allocator.tensor('float32', [2 ** 50])).toThrow(OrtError);
    expect(() => environment.memory({ name: 'Nowhere' })).toThrow(OrtError);
  });

  test('is told of a kind that the session does not have', async () => {
    using session = await environment.createSession(zeros);
    using memory = environment.memory({ name: 'Cuda' });
    expect(memory.describe()).toMatchObject({ name: 'Cuda', deviceType: 'gpu', isHost: false });
    expect(() => session.allocator(memory)).toThrow(OrtError);
  });
});
