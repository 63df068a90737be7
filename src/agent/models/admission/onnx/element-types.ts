interface ElementType {
  readonly name: string;
  /** Bits of one element in raw data; undefined for strings. */
  readonly bits: number | undefined;
  /** The field of typed data, and how many of its entries hold one element. */
  readonly field: 'floats' | 'doubles' | 'ints32' | 'ints64' | 'uints64' | 'strings';
  readonly entriesPerElement: number;
}

/**
 * TensorProto.DataType of onnx.proto. Without 14 and 15 (complex numbers), which ONNX Runtime 1.30 lists but has
 * no tensors of: it refuses graphs that use them.
 */
export const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [1, { name: 'float32', bits: 32, field: 'floats', entriesPerElement: 1 }],
  [2, { name: 'uint8', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [3, { name: 'int8', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [4, { name: 'uint16', bits: 16, field: 'ints32', entriesPerElement: 1 }],
  [5, { name: 'int16', bits: 16, field: 'ints32', entriesPerElement: 1 }],
  [6, { name: 'int32', bits: 32, field: 'ints32', entriesPerElement: 1 }],
  [7, { name: 'int64', bits: 64, field: 'ints64', entriesPerElement: 1 }],
  [8, { name: 'string', bits: undefined, field: 'strings', entriesPerElement: 1 }],
  [9, { name: 'bool', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [10, { name: 'float16', bits: 16, field: 'ints32', entriesPerElement: 1 }],
  [11, { name: 'float64', bits: 64, field: 'doubles', entriesPerElement: 1 }],
  [12, { name: 'uint32', bits: 32, field: 'uints64', entriesPerElement: 1 }],
  [13, { name: 'uint64', bits: 64, field: 'uints64', entriesPerElement: 1 }],
  [16, { name: 'bfloat16', bits: 16, field: 'ints32', entriesPerElement: 1 }],
  [17, { name: 'float8e4m3fn', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [18, { name: 'float8e4m3fnuz', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [19, { name: 'float8e5m2', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [20, { name: 'float8e5m2fnuz', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [21, { name: 'uint4', bits: 4, field: 'ints32', entriesPerElement: 1 / 2 }],
  [22, { name: 'int4', bits: 4, field: 'ints32', entriesPerElement: 1 / 2 }],
  [23, { name: 'float4e2m1', bits: 4, field: 'ints32', entriesPerElement: 1 / 2 }],
  [24, { name: 'float8e8m0', bits: 8, field: 'ints32', entriesPerElement: 1 }],
  [25, { name: 'uint2', bits: 2, field: 'ints32', entriesPerElement: 1 / 4 }],
  [26, { name: 'int2', bits: 2, field: 'ints32', entriesPerElement: 1 / 4 }],
]);
export type { ElementType };
