import { type ElementType, elementTypeName } from './element-type.ts';
import type { OrtEnvironment } from './environment.ts';
import { NativeMemory, textAt } from './native-memory.ts';

/** `ONNXType`. */
const KINDS = ['unknown', 'tensor', 'sequence', 'map', 'opaque', 'sparse-tensor', 'optional'] as const;
const WORD_BYTES = 8;

/** A size that the model fixes, the name of one that it leaves open, or null for one without a name. */
export type Dimension = number | string | null;

/** What the model says of an input or output. */
export type ValueDescription =
  | {
      readonly kind: 'tensor';
      /** undefined: newer than this package. */
      readonly type: ElementType | undefined;
      /** undefined: the model does not even fix the number of dimensions. */
      readonly shape: readonly Dimension[] | undefined;
    }
  | { readonly kind: 'sequence'; readonly element: ValueDescription }
  | { readonly kind: 'map'; readonly key: ElementType | undefined; readonly value: ValueDescription }
  | { readonly kind: 'optional'; readonly value: ValueDescription }
  | { readonly kind: 'unknown' | 'opaque' | 'sparse-tensor' };

export type NamedValue = ValueDescription & { readonly name: string };

/** @param address an `OrtTypeInfo`, which is released */
export function takeDescription(environment: OrtEnvironment, address: number): ValueDescription {
  const { library, scratch } = environment;
  const ask = (call: Parameters<typeof library.check>[0], of: number): number => {
    library.check(call, of, scratch.address);
    return scratch.word(0);
  };
  try {
    library.check('GetOnnxTypeFromTypeInfo', address, scratch.address);
    const kind = KINDS[scratch.int32(0)] ?? 'unknown';
    switch (kind) {
      case 'tensor':
        return describeTensor(environment, ask('CastTypeInfoToTensorInfo', address));
      case 'sequence': {
        const info = ask('CastTypeInfoToSequenceTypeInfo', address);
        return { kind, element: takeDescription(environment, ask('GetSequenceElementType', info)) };
      }
      case 'map': {
        const info = ask('CastTypeInfoToMapTypeInfo', address);
        library.check('GetMapKeyType', info, scratch.address);
        const key = elementTypeName(scratch.int32(0));
        return { kind, key, value: takeDescription(environment, ask('GetMapValueType', info)) };
      }
      case 'optional': {
        const info = ask('CastTypeInfoToOptionalTypeInfo', address);
        return { kind, value: takeDescription(environment, ask('GetOptionalContainedTypeInfo', info)) };
      }
      default:
        return { kind };
    }
  } finally {
    library.run('ReleaseTypeInfo', address);
  }
}

function describeTensor({ library, scratch }: OrtEnvironment, info: number): ValueDescription {
  library.check('GetTensorElementType', info, scratch.address);
  const type = elementTypeName(scratch.int32(0));
  if (!library.boolean('TensorTypeAndShape_HasShape', info))
    return { kind: 'tensor', type, shape: undefined };
  library.check('GetDimensionsCount', info, scratch.address);
  const rank = scratch.word(0);
  const sizes = new NativeMemory(rank * WORD_BYTES);
  const names = new NativeMemory(rank * WORD_BYTES);
  library.check('GetDimensions', info, sizes.address, rank);
  library.check('GetSymbolicDimensions', info, names.address, rank);
  const shape = Array.from({ length: rank }, (_, axis): Dimension => {
    const size = sizes.int64(axis * WORD_BYTES);
    if (size >= 0) return size;
    return textAt(names.word(axis * WORD_BYTES)) || null;
  });
  return { kind: 'tensor', type, shape };
}
