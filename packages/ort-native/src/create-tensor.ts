import {
  ARRAY_CLASSES,
  byteLengthOf,
  type ElementType,
  elementCountOf,
  elementTypeCode,
  isNumericType,
  type NumericType,
} from './element-type.ts';
import type { OrtEnvironment } from './environment.ts';
import { addressOf } from './native-memory.ts';
import type { NativeObject } from './native-object.ts';
import { OrtArgumentError } from './ort-error.ts';
import { writeStrings } from './string-tensor.ts';
import { Tensor } from './tensor.ts';
import { countElements, describeFacts, type TensorFacts, writeShape } from './tensor-facts.ts';

/**
 * A tensor over an array of the caller's, which is not copied; strings are.
 *
 * @throws OrtArgumentError when array, type and shape do not go together
 */
export function createTensor(
  environment: OrtEnvironment,
  type: ElementType,
  data: unknown,
  shape: readonly number[] | undefined,
): Tensor {
  return isNumericType(type)
    ? tensorOver(environment, type, assertArray(type, data), shape)
    : createStringTensor(environment, type, data, shape);
}

/** Memory of its own begins on such a multiple, and on where it begins may depend the last bits of a result. */
const ALIGNMENT_BYTES = 16;

/** The same from bytes in native order; they are copied only where they do not begin on a multiple of 16 bytes. */
export function createTensorFromBytes(
  environment: OrtEnvironment,
  type: NumericType,
  bytes: Uint8Array,
  shape: readonly number[],
): Tensor {
  const isAligned = bytes.byteOffset % ALIGNMENT_BYTES === 0;
  return tensorOver(environment, type, isAligned ? bytes : Uint8Array.from(bytes), shape);
}

/** A tensor in memory of an allocator's, its elements not set. */
export function allocateTensor(
  environment: OrtEnvironment,
  allocator: number,
  facts: TensorFacts,
  owner: NativeObject | undefined,
): Tensor {
  const { library, scratch } = environment;
  const shape = writeShape(environment, facts.shape);
  const code = elementTypeCode(facts.type);
  library.check('CreateTensorAsOrtValue', allocator, shape, facts.shape.length, code, scratch.address);
  return new Tensor(environment, scratch.word(0), { facts, owner });
}

function tensorOver(
  environment: OrtEnvironment,
  type: NumericType,
  backing: ArrayBufferView,
  shape: readonly number[] = [elementCountOf(type, backing.byteLength)],
): Tensor {
  const { library, scratch } = environment;
  const facts = { type, shape };
  const shapeAddress = writeShape(environment, shape);
  const needed = byteLengthOf(type, countElements(shape));
  if (backing.byteLength !== needed) {
    throw new OrtArgumentError(
      'CreateTensorWithDataAsOrtValue',
      `${describeFacts(facts)} takes ${needed} bytes, but the array has ${backing.byteLength}.`,
    );
  }
  if (backing.buffer instanceof ArrayBuffer && backing.buffer.resizable) {
    throw new OrtArgumentError(
      'CreateTensorWithDataAsOrtValue',
      'A tensor cannot be made over a resizable ArrayBuffer: its memory may go while it is in use.',
    );
  }
  library.check(
    'CreateTensorWithDataAsOrtValue',
    environment.hostMemory,
    // An empty array has no address, and the library wants one.
    needed === 0 ? scratch.address : addressOf(backing),
    needed,
    shapeAddress,
    shape.length,
    elementTypeCode(type),
    scratch.address,
  );
  return new Tensor(environment, scratch.word(0), { facts, backing });
}

function createStringTensor(
  environment: OrtEnvironment,
  type: ElementType,
  data: unknown,
  shape: readonly number[] | undefined,
): Tensor {
  if (type !== 'string') {
    throw new OrtArgumentError('CreateTensorAsOrtValue', `There is no element type "${type}".`);
  }
  if (!isArrayOfStrings(data)) {
    throw new OrtArgumentError(
      'CreateTensorAsOrtValue',
      'A tensor of strings is made of an array of strings.',
    );
  }
  const facts = { type, shape: shape ?? [data.length] };
  const count = countElements(facts.shape);
  if (count !== data.length) {
    throw new OrtArgumentError(
      'CreateTensorAsOrtValue',
      `${describeFacts(facts)} takes ${count} strings, but there are ${data.length}.`,
    );
  }
  const tensor = allocateTensor(environment, environment.hostAllocator, facts, undefined);
  try {
    writeStrings(environment, tensor.addressFor('GetResizedStringTensorElementBuffer'), data);
    return tensor;
  } catch (error) {
    tensor[Symbol.dispose]();
    throw error;
  }
}

function isArrayOfStrings(data: unknown): data is string[] {
  return Array.isArray(data) && data.every((text) => typeof text === 'string');
}

function assertArray(type: NumericType, data: unknown): ArrayBufferView {
  const ArrayClass = ARRAY_CLASSES[type];
  // By name as well, for arrays of another realm; by class as well, for Node's Buffer.
  const isRight =
    ArrayBuffer.isView(data) &&
    (data.constructor.name === ArrayClass.name || (ArrayClass === Uint8Array && data instanceof Uint8Array));
  if (isRight) return data;
  throw new OrtArgumentError(
    'CreateTensorWithDataAsOrtValue',
    `A tensor of ${type} is made over a ${ArrayClass.name}.`,
  );
}
