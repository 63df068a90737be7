/**
 * The arrays that hold elements in JavaScript. 16-bit floats are their bits; numbers of less than a byte are packed,
 * the lower bits first; `bool` is one byte of 0 or 1.
 */
export interface ElementArrays {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  float8e4m3fn: Uint8Array;
  float8e4m3fnuz: Uint8Array;
  float8e5m2: Uint8Array;
  float8e5m2fnuz: Uint8Array;
  float8e8m0: Uint8Array;
  float4e2m1: Uint8Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int4: Uint8Array;
  uint4: Uint8Array;
  bool: Uint8Array;
}

/** Types whose elements have a fixed size. */
export type NumericType = keyof ElementArrays;
export type ElementType = NumericType | 'string';

/** What `Tensor.data` is for each type. */
export type ElementData = { [Type in NumericType]: ElementArrays[Type] } & { string: readonly string[] };

interface ArrayClass<Elements> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Elements;
}

/** The array class of each type. */
export const ARRAY_CLASSES: { readonly [Type in NumericType]: ArrayClass<ElementArrays[Type]> } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float8e4m3fn: Uint8Array,
  float8e4m3fnuz: Uint8Array,
  float8e5m2: Uint8Array,
  float8e5m2fnuz: Uint8Array,
  float8e8m0: Uint8Array,
  float4e2m1: Uint8Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int4: Uint8Array,
  uint4: Uint8Array,
  bool: Uint8Array,
};

/** `ONNXTensorElementDataType` by name, and the bits of one element (0: strings have no fixed size). */
const TYPES: Readonly<Record<ElementType, { readonly code: number; readonly bits: number }>> = {
  float32: { code: 1, bits: 32 },
  uint8: { code: 2, bits: 8 },
  int8: { code: 3, bits: 8 },
  uint16: { code: 4, bits: 16 },
  int16: { code: 5, bits: 16 },
  int32: { code: 6, bits: 32 },
  int64: { code: 7, bits: 64 },
  string: { code: 8, bits: 0 },
  bool: { code: 9, bits: 8 },
  float16: { code: 10, bits: 16 },
  float64: { code: 11, bits: 64 },
  uint32: { code: 12, bits: 32 },
  uint64: { code: 13, bits: 64 },
  bfloat16: { code: 16, bits: 16 },
  float8e4m3fn: { code: 17, bits: 8 },
  float8e4m3fnuz: { code: 18, bits: 8 },
  float8e5m2: { code: 19, bits: 8 },
  float8e5m2fnuz: { code: 20, bits: 8 },
  uint4: { code: 21, bits: 4 },
  int4: { code: 22, bits: 4 },
  float4e2m1: { code: 23, bits: 4 },
  float8e8m0: { code: 26, bits: 8 },
};

const NAMES: ReadonlyMap<number, ElementType> = new Map(
  elementTypes().map((type) => [TYPES[type].code, type]),
);

/**
 * Every element type that tensors may have. Complex numbers are left out, for which ONNX Runtime has no kernels, and
 * integers of two bits, whose packing its C API does not accept (1.30).
 */
export function elementTypes(): ElementType[] {
  return ['string', ...numericTypes()];
}

export function numericTypes(): NumericType[] {
  return Object.keys(ARRAY_CLASSES).filter((name) => isNumericType(name));
}

export function isNumericType(name: string): name is NumericType {
  return Object.hasOwn(ARRAY_CLASSES, name);
}

export function elementTypeCode(type: ElementType): number {
  return TYPES[type].code;
}

/** undefined: undefined in the model, complex, or newer than this package. */
export function elementTypeName(code: number): ElementType | undefined {
  return NAMES.get(code);
}

/** Bytes that so many elements take. */
export function byteLengthOf(type: NumericType, elementCount: number): number {
  return Math.ceil((elementCount * TYPES[type].bits) / 8);
}

/** Elements that so many bytes hold. */
export function elementCountOf(type: NumericType, byteLength: number): number {
  return Math.floor((byteLength * 8) / TYPES[type].bits);
}
