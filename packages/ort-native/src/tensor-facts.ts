import { type ElementType, elementTypeName } from './element-type.ts';
import type { OrtEnvironment } from './environment.ts';
import { errorCodeValue } from './error-code.ts';
import { OrtArgumentError, OrtError } from './ort-error.ts';

/** Where the scratch memory keeps a shape; an answer goes before it. */
const SHAPE_OFFSET = 64;
const DIMENSION_BYTES = 8;

export interface TensorFacts {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** Elements of a tensor of this shape: 1 without dimensions. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function describeFacts({ type, shape }: TensorFacts): string {
  return `A tensor of ${type} and shape [${shape.join(', ')}]`;
}

/** @returns where the library finds the shape until the next call. @throws OrtArgumentError for what is no shape */
export function writeShape({ scratch }: OrtEnvironment, shape: readonly number[]): number {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new OrtArgumentError(
      'CreateTensorAsOrtValue',
      `[${shape.join(', ')}] is no shape: every size is a whole number of at least 0.`,
    );
  }
  if (SHAPE_OFFSET + shape.length * DIMENSION_BYTES > scratch.size) {
    throw new OrtArgumentError('CreateTensorAsOrtValue', `${shape.length} dimensions are too many.`);
  }
  for (const [index, size] of shape.entries()) scratch.setWord(SHAPE_OFFSET + index * DIMENSION_BYTES, size);
  return scratch.address + SHAPE_OFFSET;
}

/** @param address of a tensor. @throws OrtError NOT_IMPLEMENTED for an element type that is newer than this package */
export function readTensorFacts(environment: OrtEnvironment, address: number): TensorFacts {
  const { library, scratch } = environment;
  library.check('GetTensorTypeAndShape', address, scratch.address);
  const info = scratch.word(0);
  try {
    library.check('GetTensorElementType', info, scratch.address);
    const code = scratch.int32(0);
    const type = elementTypeName(code);
    if (type === undefined) {
      throw new OrtError(
        'GetTensorElementType',
        errorCodeValue('NOT_IMPLEMENTED'),
        `The tensor has elements of type ${code}, which this package does not know.`,
      );
    }
    library.check('GetDimensionsCount', info, scratch.address);
    const rank = scratch.word(0);
    library.check('GetDimensions', info, scratch.address + SHAPE_OFFSET, rank);
    const shape: number[] = [];
    for (let axis = 0; axis < rank; axis += 1)
      shape.push(scratch.word(SHAPE_OFFSET + axis * DIMENSION_BYTES));
    return { type, shape };
  } finally {
    library.run('ReleaseTensorTypeAndShapeInfo', info);
  }
}
