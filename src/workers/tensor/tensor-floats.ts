import type { Tensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import { float16Bits } from './float16-tensor.ts';

/**
 * The elements of a floating-point tensor: its own memory for float32, a widened copy for float16.
 * @throws GataError `model-load-failed` for any other element type.
 */
export function floatsOf(tensor: Tensor): Float32Array {
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (tensor.type === 'float16') return Float32Array.from(float16Bits(tensor), floatOfHalf);
  throw new GataError('model-load-failed', `The model returns ${tensor.type} where floats are needed.`);
}

/** The number whose IEEE 754 binary16 bits these are. */
function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
