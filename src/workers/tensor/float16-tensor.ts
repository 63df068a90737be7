import { Tensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';

/**
 * A float16 tensor of IEEE 754 binary16 bits. onnxruntime-node 1.30 turns them into a Float16Array where the
 * engine has one, which its own native part then takes for an empty array; so the tensor is made to show the bits.
 */
export function float16Tensor(bits: Uint16Array, dims: readonly number[]): Tensor {
  const tensor = new Tensor('float16', bits, [...dims]);
  Object.defineProperty(tensor, 'data', { value: bits });
  return tensor;
}

/** The bits of a float16 tensor, in its own memory, however the runtime shows them. */
export function float16Bits(tensor: Tensor): Uint16Array {
  const { type, data } = tensor;
  if (type !== 'float16' || !ArrayBuffer.isView(data)) {
    throw new GataError('model-load-failed', `The model returns ${type} where float16 is needed.`);
  }
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}
