import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TensorJson, tensorFromJson, tensorToJson } from '../../../src/gateway/buyers/tensor-json.ts';
import { type FixedSizeElementType, TENSOR_ELEMENT_BYTES } from '../../../src/shared/tensor.ts';

function bytesOf(json: TensorJson): number[] {
  const { data } = tensorFromJson('x', json);
  if (!(data instanceof Uint8Array)) throw new Error('Not bytes.');
  return [...data];
}

describe('a tensor in JSON', () => {
  it('keeps every byte of every element type', () => {
    const types = Object.keys(TENSOR_ELEMENT_BYTES) as FixedSizeElementType[];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.array(fc.nat(3), { maxLength: 4 }),
        fc.infiniteStream(fc.nat(255)),
        (type, dims, random) => {
          const count = dims.reduce((product, dim) => product * dim, 1);
          const data = Uint8Array.from(random.take(count * TENSOR_ELEMENT_BYTES[type]));
          const tensor = { type, dims, data };
          expect(tensorFromJson('x', JSON.parse(JSON.stringify(tensorToJson(tensor))))).toEqual(tensor);
        },
      ),
    );
  });

  it('takes elements as numbers, booleans, decimal strings and strings', () => {
    expect(bytesOf({ type: 'float32', shape: [2], data: [1, -0] })).toEqual([0, 0, 128, 63, 0, 0, 0, 128]);
    expect(bytesOf({ type: 'float16', shape: [1], data: [1] })).toEqual([0, 60]);
    expect(bytesOf({ type: 'float64', shape: [], data: [2] })).toEqual([0, 0, 0, 0, 0, 0, 0, 64]);
    expect(bytesOf({ type: 'bool', shape: [2], data: [true, false] })).toEqual([1, 0]);
    expect(bytesOf({ type: 'int8', shape: [2], data: [-128, 127] })).toEqual([128, 127]);
    expect(bytesOf({ type: 'int16', shape: [1], data: [-2] })).toEqual([254, 255]);
    expect(bytesOf({ type: 'uint32', shape: [1], data: [4294967295] })).toEqual([255, 255, 255, 255]);
    expect(bytesOf({ type: 'int64', shape: [2], data: [-1, '-9223372036854775808'] })).toEqual([
      ...Array(8).fill(255),
      ...Array(7).fill(0),
      128,
    ]);
    expect(bytesOf({ type: 'uint64', shape: [1], data: ['18446744073709551615'] })).toEqual(
      Array(8).fill(255),
    );
    expect(tensorFromJson('x', { type: 'string', shape: [2], data: ['a', ''] })).toEqual({
      type: 'string',
      dims: [2],
      data: ['a', ''],
    });
    expect(bytesOf({ type: 'float32', shape: [0, 3], data: '' })).toEqual([]);
  });

  it.each<[string, TensorJson]>([
    ['too few elements', { type: 'float32', shape: [3], data: [1, 2] }],
    ['too few bytes', { type: 'int64', shape: [1], data: 'AAAA' }],
    ['no base64', { type: 'uint8', shape: [1], data: '???' }],
    ['a number out of range', { type: 'int8', shape: [1], data: [128] }],
    ['a fraction', { type: 'int32', shape: [1], data: [0.5] }],
    ['an integer too large for 64 bits', { type: 'int64', shape: [1], data: ['9223372036854775808'] }],
    ['a negative unsigned integer', { type: 'uint64', shape: [1], data: ['-1'] }],
    ['a number for a boolean', { type: 'bool', shape: [1], data: [1] }],
    ['a number for a string', { type: 'string', shape: [1], data: [1] }],
    ['base64 for strings', { type: 'string', shape: [1], data: 'aGk=' }],
    ['words for numbers', { type: 'float32', shape: [1], data: ['one'] }],
  ])('is refused with the name of the input when it has %s', (_problem, json) => {
    expect(() => tensorFromJson('pixels', json)).toThrow(
      expect.objectContaining({ code: 'invalid-tensor', param: 'inputs.pixels' }),
    );
  });
});
