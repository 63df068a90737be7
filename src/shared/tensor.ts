import { z } from 'zod';

/** Bytes per element of each fixed-size element type; the names are ONNX Runtime's. */
export const TENSOR_ELEMENT_BYTES = {
  float32: 4,
  float64: 8,
  float16: 2,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
} as const;

export type FixedSizeElementType = keyof typeof TENSOR_ELEMENT_BYTES;

const dimsSchema = z.array(z.int().nonnegative()).max(32);

const fixedSizeTensorSchema = z
  .object({
    type: z.enum(Object.keys(TENSOR_ELEMENT_BYTES) as [FixedSizeElementType, ...FixedSizeElementType[]]),
    dims: dimsSchema,
    /** Little-endian elements in row-major order. */
    data: z.instanceof(Uint8Array),
  })
  .refine(
    (tensor) => tensor.data.byteLength === elementCount(tensor.dims) * TENSOR_ELEMENT_BYTES[tensor.type],
    {
      error: 'The data does not have the length that type and dims imply.',
    },
  );

const stringTensorSchema = z
  .object({ type: z.literal('string'), dims: dimsSchema, data: z.array(z.string()) })
  .refine((tensor) => tensor.data.length === elementCount(tensor.dims), {
    error: 'The data does not have as many strings as dims imply.',
  });

/** A tensor as it travels: every element type of onnxruntime-node, bit-exact. A scalar has `dims: []`. */
export const tensorSchema = z.union([fixedSizeTensorSchema, stringTensorSchema]);
export type Tensor = z.infer<typeof tensorSchema>;

/** Number of elements; 1 for a scalar, 0 when any dimension is 0. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
