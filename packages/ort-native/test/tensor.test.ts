import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ARRAY_CLASSES,
  elementTypeCode,
  elementTypes,
  isNumericType,
  numericTypes,
} from '../src/element-type.ts';
import {
  byteLengthOf,
  type ElementType,
  type NumericType,
  OrtArgumentError,
  type OrtEnvironment,
  openOrtEnvironment,
  type Session,
} from '../src/index.ts';
import { identityModel, tensorValue, writeModel } from './onnx-writer.ts';

let environment: OrtEnvironment;
beforeAll(() => {
  environment = openOrtEnvironment({ logSeverity: 'fatal' });
});
afterAll(() => environment[Symbol.dispose]());

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** A shape and so many bytes as its elements take. */
function contents(type: NumericType) {
  return shapes.chain((shape) => {
    const length = byteLengthOf(type, countOf(shape));
    const byte = type === 'bool' ? fc.integer({ min: 0, max: 1 }) : fc.integer({ min: 0, max: 255 });
    return fc.record({
      shape: fc.constant(shape),
      bytes: fc.array(byte, { minLength: length, maxLength: length }),
    });
  });
}

describe('every element type', () => {
  test('goes through a model unchanged, in every shape', async () => {
    const passed: string[] = [];
    for (const type of numericTypes()) {
      let session: Session;
      try {
        session = await environment.createSession(identityModel(type, { operatorSet: 25, irVersion: 13 }), {
          intraOpThreads: 1,
        });
      } catch {
        // Identity has no kernel on the CPU for types of less than a byte; see the next tests.
        continue;
      }
      await fc.assert(
        fc.asyncProperty(contents(type), async ({ shape, bytes }) => {
          using x = environment.tensorFromBytes(type, Uint8Array.from(bytes), shape);
          using outputs = await session.run({ x });
          const y = outputs.tensor('y');
          expect(y.type).toBe(type);
          expect(y.shape).toEqual(shape);
          expect([...y.bytes()]).toEqual(bytes);
          expect(y.elements(type)).toBeInstanceOf(ARRAY_CLASSES[type]);
        }),
        { numRuns: 40 },
      );
      session[Symbol.dispose]();
      passed.push(type);
    }
    expect(passed).toEqual(
      expect.arrayContaining([
        ...['float32', 'float64', 'float16', 'bfloat16', 'bool'],
        ...['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'],
      ]),
    );
  });

  test.each([
    { type: 'int4', values: [-8, 7, -1, 3, 5] },
    { type: 'uint4', values: [15, 0, 1, 3, 5] },
  ] as const)('of $type is packed as the library packs it', async ({ type, values }) => {
    const wide = type === 'int4' ? 'int8' : 'uint8';
    const cast = (from: ElementType, to: ElementType) =>
      writeModel({
        nodes: [{ operator: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: elementTypeCode(to) } }],
        inputs: [tensorValue('x', from, ['n'])],
        outputs: [tensorValue('y', to, ['n'])],
      });
    using narrowing = await environment.createSession(cast(wide, type));
    using widening = await environment.createSession(cast(type, wide));
    using x = environment.tensorFromBytes(wide, Uint8Array.from(values), [values.length]);
    using narrow = await narrowing.run({ x });
    const packed = narrow.tensor('y');
    expect(packed).toMatchObject({ type, shape: [5], byteLength: 3 });
    const nibbles = [0, 1, 2, 3, 4].map(
      (index) => ((packed.bytes()[index >> 1] ?? 0) >> ((index & 1) * 4)) & 15,
    );
    expect(nibbles).toEqual(values.map((value) => value & 15));
    using again = environment.tensorFromBytes(type, packed.bytes(), [5]);
    using wideAgain = await widening.run({ x: again });
    expect([...wideAgain.tensor('y').elements(wide)]).toEqual(values);
  });

  test('can be made, in the library’s memory and over an array', async () => {
    using session = await environment.createSession(identityModel('float32'));
    using memory = environment.memory({ name: 'Cpu' });
    using allocator = session.allocator(memory);
    for (const type of elementTypes()) {
      using own = allocator.tensor(type, [3, 2]);
      expect(own).toMatchObject({ type, shape: [3, 2], elementCount: 6 });
      if (!isNumericType(type)) continue;
      const bytes = Uint8Array.from({ length: byteLengthOf(type, 6) }, (_, index) => index);
      using over = environment.tensorFromBytes(type, bytes, [3, 2]);
      await environment.copy(over, own);
      expect(own.bytes()).toEqual(bytes);
    }
  });

  test('of strings goes through a model unchanged', async () => {
    using session = await environment.createSession(identityModel('string'));
    const strings = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(strings, async (texts) => {
        const shape = texts.length % 2 === 0 ? [2, texts.length / 2] : [texts.length, 1];
        using x = environment.tensor('string', texts, shape);
        using outputs = await session.run({ x });
        expect(outputs.tensor('y').strings()).toEqual(texts);
        expect(outputs.tensor('y').shape).toEqual(shape);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a tensor', () => {
  test('is the caller’s array, not a copy of it', async () => {
    using session = await environment.createSession(identityModel('int32'));
    // Small enough for V8 to keep it in its own heap at first, and from the middle of a buffer.
    const data = new Int32Array(8).subarray(3, 5);
    using x = environment.tensor('int32', data);
    for (let value = 1; value < 8; value += 1) {
      data.fill(value);
      using outputs = await session.run({ x });
      expect(outputs.tensor('y').elements('int32')).toEqual(data);
    }
    expect(x.bytes().buffer).toBe(data.buffer);
  });

  test('of a single number has no dimensions', async () => {
    using session = await environment.createSession(identityModel('int64'));
    using x = environment.tensor('int64', BigInt64Array.of(-5n), []);
    using outputs = await session.run({ x });
    expect(outputs.tensor('y')).toMatchObject({ shape: [], elementCount: 1, data: BigInt64Array.of(-5n) });
  });

  test('takes bytes from anywhere, and a Buffer', async () => {
    using x = environment.tensorFromBytes('float32', new Uint8Array([9, 0, 0, 128, 63]).subarray(1), [1]);
    expect(x.elements('float32')).toEqual(Float32Array.of(1));
    using y = environment.tensor('uint8', Buffer.from('abc'));
    expect([...y.bytes()]).toEqual([97, 98, 99]);
  });

  test('is refused when type, array and shape do not go together', () => {
    const data = Float32Array.of(1, 2, 3);
    expect(() => environment.tensor('float32', data, [2, 2])).toThrow(/takes 16 bytes, but the array has 12/);
    expect(() => environment.tensor('float32', data, [-3])).toThrow(OrtArgumentError);
    expect(() => environment.tensor('float32', data, [1.5, 2])).toThrow(OrtArgumentError);
    expect(() => environment.tensor('float32', data, new Array(600).fill(1))).toThrow(/too many/);
    expect(() => environment.tensor<'float32' | 'float64'>('float64', data)).toThrow(
      /made over a Float64Array/,
    );
    expect(() => environment.tensor('string', ['a'], [2])).toThrow(/takes 2 strings/);
    using x = environment.tensor('float32', data);
    expect(() => x.elements('int32')).toThrow(/are float32, not int32/);
    expect(() => x.strings()).toThrow(OrtArgumentError);
    expect(() => x.readInto(new Uint8Array(11))).toThrow(/12 bytes/);
    using text = environment.tensor('string', ['a']);
    expect(() => text.byteLength).toThrow(OrtArgumentError);
    expect(text.data).toEqual(['a']);
  });
});
