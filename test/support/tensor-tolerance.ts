import type { Tensor } from '../../src/shared/tensor.ts';
import { toRuntimeTensor } from '../../src/workers/tensor/tensor-conversion.ts';
import { floatsOf } from '../../src/workers/tensor/tensor-floats.ts';

/** The tolerance of the ONNX project's own test runner. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-7;

/** Whether a tensor is what is expected: exactly, or for floating-point types within ONNX's tolerance. */
export function closeTo(actual: Tensor | undefined, expected: Tensor): boolean {
  if (actual?.type !== expected.type || actual.dims.join() !== expected.dims.join()) return false;
  if (actual.type === 'string' || expected.type === 'string') {
    return JSON.stringify(actual.data) === JSON.stringify(expected.data);
  }
  const [got, wanted] = [valuesOf(actual), valuesOf(expected)];
  if (got === undefined || wanted === undefined) return Buffer.compare(actual.data, expected.data) === 0;
  return wanted.every((value, index) => isClose(got[index] ?? Number.NaN, value));
}

function isClose(got: number, wanted: number): boolean {
  if (Object.is(got, wanted) || got === wanted) return true;
  return Math.abs(got - wanted) <= ABSOLUTE + RELATIVE * Math.abs(wanted);
}

/** The numbers of a floating-point tensor; undefined for other types. */
function valuesOf(tensor: Tensor): Float32Array | Float64Array | undefined {
  if (tensor.type === 'float64') return new Float64Array(Uint8Array.from(tensor.data).buffer);
  if (tensor.type === 'float32' || tensor.type === 'float16') return floatsOf(toRuntimeTensor(tensor));
  return undefined;
}
