import { Tensor as RuntimeTensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import { type FixedSizeElementType, TENSOR_ELEMENT_BYTES, type Tensor } from '../../shared/tensor.ts';
import { float16Tensor } from './float16-tensor.ts';

/**
 * As memory of its own is aligned. ONNX Runtime adds up the elements before the first aligned one apart, so that
 * the last bits of a result would depend on where in a message its input lay.
 */
const ALIGNMENT_BYTES = 16;

/** The tensor as ONNX Runtime takes it, bit for bit. */
export function toRuntimeTensor(tensor: Tensor): RuntimeTensor {
  const dims = [...tensor.dims];
  if (tensor.type === 'string') return new RuntimeTensor('string', [...tensor.data], dims);
  const { buffer, byteOffset, byteLength } = aligned(tensor.data);
  const length = byteLength / TENSOR_ELEMENT_BYTES[tensor.type];
  switch (tensor.type) {
    case 'float32':
      return new RuntimeTensor('float32', new Float32Array(buffer, byteOffset, length), dims);
    case 'float64':
      return new RuntimeTensor('float64', new Float64Array(buffer, byteOffset, length), dims);
    case 'float16':
      return float16Tensor(new Uint16Array(buffer, byteOffset, length), dims);
    case 'int8':
      return new RuntimeTensor('int8', new Int8Array(buffer, byteOffset, length), dims);
    case 'uint8':
      return new RuntimeTensor('uint8', new Uint8Array(buffer, byteOffset, length), dims);
    case 'int16':
      return new RuntimeTensor('int16', new Int16Array(buffer, byteOffset, length), dims);
    case 'uint16':
      return new RuntimeTensor('uint16', new Uint16Array(buffer, byteOffset, length), dims);
    case 'int32':
      return new RuntimeTensor('int32', new Int32Array(buffer, byteOffset, length), dims);
    case 'uint32':
      return new RuntimeTensor('uint32', new Uint32Array(buffer, byteOffset, length), dims);
    case 'int64':
      return new RuntimeTensor('int64', new BigInt64Array(buffer, byteOffset, length), dims);
    case 'uint64':
      return new RuntimeTensor('uint64', new BigUint64Array(buffer, byteOffset, length), dims);
    case 'bool':
      return new RuntimeTensor('bool', new Uint8Array(buffer, byteOffset, length), dims);
  }
}

/**
 * The tensor as it travels; its bytes are the runtime's own memory.
 * @throws GataError `unsupported-task` for an element type that has no place in the protocol.
 */
export function fromRuntimeTensor(tensor: RuntimeTensor): Tensor {
  const { type, data } = tensor;
  const dims = [...tensor.dims];
  if (type === 'string' && Array.isArray(data)) return { type, dims, data: data.map(String) };
  if (!isFixedSize(type) || !ArrayBuffer.isView(data) || !(data.buffer instanceof ArrayBuffer)) {
    throw new GataError('unsupported-task', `The model returns ${type} elements, which Gata does not carry.`);
  }
  return { type, dims, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function isFixedSize(type: string): type is FixedSizeElementType {
  return Object.hasOwn(TENSOR_ELEMENT_BYTES, type);
}

/** Bytes may lie anywhere in a received frame; a fresh copy begins where memory of its own does. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % ALIGNMENT_BYTES === 0 ? bytes : new Uint8Array(bytes);
}
