import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import {
  elementCount,
  type FixedSizeElementType,
  TENSOR_ELEMENT_BYTES,
  type Tensor,
  tensorSchema,
} from '../../shared/tensor.ts';
import { toHalfBits } from './half-float.ts';

const elementTypes = Object.keys(TENSOR_ELEMENT_BYTES) as [FixedSizeElementType, ...FixedSizeElementType[]];

/**
 * A tensor in JSON. `data` is base64 of little-endian elements in row-major order, or an array of the elements:
 * numbers, booleans, 64-bit integers also as decimal strings; of `string`, always an array of strings.
 */
export const tensorJsonSchema = z.object({
  type: z.enum([...elementTypes, 'string']),
  shape: z.array(z.int().nonnegative()).max(32),
  data: z.union([z.string(), z.array(z.union([z.number(), z.boolean(), z.string()]))]),
});
export type TensorJson = z.infer<typeof tensorJsonSchema>;

/** @param name of the input, for errors. @throws GataError `invalid-tensor`. */
export function tensorFromJson(name: string, { type, shape, data }: TensorJson): Tensor {
  const tensor = tensorSchema.safeParse({
    type,
    dims: shape,
    data: type === 'string' ? stringElements(name, data) : fixedSizeBytes(name, type, data),
  });
  if (tensor.success) return tensor.data;
  const expected = elementCount(shape);
  throw invalid(name, `the shape [${shape.join(', ')}] takes ${expected} elements of type ${type}`);
}

export function tensorToJson({ type, dims, data }: Tensor): TensorJson {
  const shape = [...dims];
  if (type === 'string') return { type, shape, data: [...data] };
  return { type, shape, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

function stringElements(name: string, data: TensorJson['data']): string[] {
  const strings = z.array(z.string()).safeParse(data);
  if (strings.success) return strings.data;
  throw invalid(name, 'the data of a string tensor is an array of strings');
}

function fixedSizeBytes(name: string, type: FixedSizeElementType, data: TensorJson['data']): Uint8Array {
  if (typeof data === 'string') return base64Bytes(name, data);
  const size = TENSOR_ELEMENT_BYTES[type];
  const bytes = new Uint8Array(data.length * size);
  const view = new DataView(bytes.buffer);
  for (const [index, element] of data.entries()) {
    if (!writeElement(view, index * size, type, element)) {
      throw invalid(name, `element ${index} is no ${type}`);
    }
  }
  return bytes;
}

function base64Bytes(name: string, text: string): Uint8Array {
  const parsed = z.base64().safeParse(text);
  if (!parsed.success) throw invalid(name, 'the data is not valid base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** @returns false when the element is not of the type or out of its range. */
function writeElement(
  view: DataView,
  offset: number,
  type: FixedSizeElementType,
  element: number | boolean | string,
): boolean {
  switch (type) {
    case 'bool':
      if (typeof element !== 'boolean') return false;
      view.setUint8(offset, element ? 1 : 0);
      return true;
    case 'float16':
    case 'float32':
    case 'float64':
      return typeof element === 'number' && writeFloat(view, offset, type, element);
    case 'int64':
    case 'uint64':
      return writeBigInteger(view, offset, type, element);
    default:
      return typeof element === 'number' && writeInteger(view, offset, type, element);
  }
}

function writeFloat(
  view: DataView,
  offset: number,
  type: 'float16' | 'float32' | 'float64',
  value: number,
): true {
  if (type === 'float64') view.setFloat64(offset, value, true);
  else if (type === 'float32') view.setFloat32(offset, value, true);
  else view.setUint16(offset, toHalfBits(value), true);
  return true;
}

function writeBigInteger(
  view: DataView,
  offset: number,
  type: 'int64' | 'uint64',
  element: number | boolean | string,
): boolean {
  const isInteger =
    typeof element === 'number' ? Number.isSafeInteger(element) : /^-?\d{1,20}$/.test(String(element));
  if (!isInteger || typeof element === 'boolean') return false;
  const value = BigInt(element);
  const fits = type === 'int64' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
  if (!fits) return false;
  if (type === 'int64') view.setBigInt64(offset, value, true);
  else view.setBigUint64(offset, value, true);
  return true;
}

type SmallInteger = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32';

function writeInteger(view: DataView, offset: number, type: SmallInteger, value: number): boolean {
  const bits = TENSOR_ELEMENT_BYTES[type] * 8;
  const isSigned = !type.startsWith('u');
  const lowest = isSigned ? -(2 ** (bits - 1)) : 0;
  const highest = isSigned ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  if (!Number.isInteger(value) || value < lowest || value > highest) return false;
  if (bits === 8) view.setUint8(offset, value & 0xff);
  else if (bits === 16) view.setUint16(offset, value & 0xffff, true);
  else view.setUint32(offset, value >>> 0, true);
  return true;
}

function invalid(name: string, problem: string): GataError {
  return new GataError('invalid-tensor', `Input "${name}": ${problem}.`, { param: `inputs.${name}` });
}
