import type { InferenceSession } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import type { Tensor } from '../../shared/tensor.ts';

/**
 * Compares tensors with what a model declares, before it runs.
 * @throws GataError `invalid-tensor`, `param` being the tensor's name, for a missing or unknown name, another
 *   element type, another rank, another size of a fixed dimension or a string with U+0000.
 */
export function checkFeeds(
  inputs: Readonly<Record<string, Tensor>>,
  declared: readonly InferenceSession.ValueMetadata[],
): void {
  const names = declared.map((value) => value.name);
  for (const name of Object.keys(inputs)) {
    if (!names.includes(name)) {
      throw invalid(name, `The model has no input ${name}. Its inputs are: ${names.join(', ')}.`);
    }
  }
  for (const value of declared) {
    const tensor = Object.hasOwn(inputs, value.name) ? inputs[value.name] : undefined;
    if (tensor === undefined) throw invalid(value.name, `The input ${value.name} is missing.`);
    if (!value.isTensor) {
      throw new GataError('unsupported-task', `The model's input ${value.name} is not a tensor.`);
    }
    if (tensor.type !== value.type) {
      throw invalid(value.name, `The input ${value.name} must be ${value.type}; it is ${tensor.type}.`);
    }
    if (tensor.type === 'string' && tensor.data.some((text) => text.includes('\0'))) {
      // ONNX Runtime's interface takes C strings and would cut them there.
      throw invalid(value.name, `The strings of the input ${value.name} must not hold the character U+0000.`);
    }
    checkShape(value.name, tensor.dims, value.shape);
  }
}

/**
 * @param declared numbers for fixed sizes, names for sizes the caller chooses; empty also when the rank is
 *   unknown, so a scalar cannot be told from any shape.
 */
function checkShape(name: string, dims: readonly number[], declared: readonly (number | string)[]): void {
  if (declared.length === 0) return;
  const fits =
    dims.length === declared.length &&
    declared.every((size, axis) => typeof size === 'string' || size === dims[axis]);
  if (fits) return;
  const wanted = declared.map((size) => (size === '' ? '?' : size)).join(', ');
  throw invalid(name, `The input ${name} must have the shape [${wanted}]; it has [${dims.join(', ')}].`);
}

function invalid(name: string, message: string): GataError {
  return new GataError('invalid-tensor', message, { param: name });
}
