/** `OrtErrorCode`, by value. Source: `onnxruntime_error_code.h`. */
const NAMES = [
  'OK',
  'FAIL',
  'INVALID_ARGUMENT',
  'NO_SUCH_FILE',
  'NO_MODEL',
  'ENGINE_ERROR',
  'RUNTIME_EXCEPTION',
  'INVALID_PROTOBUF',
  'MODEL_LOADED',
  'NOT_IMPLEMENTED',
  'INVALID_GRAPH',
  'EP_FAIL',
  'MODEL_LOAD_CANCELED',
  'MODEL_REQUIRES_COMPILATION',
  'NOT_FOUND',
] as const;

/** What went wrong, in ONNX Runtime's words; `UNRECOGNIZED` for a code that is newer than this package. */
export type OrtErrorCode = (typeof NAMES)[number] | 'UNRECOGNIZED';

export function errorCodeName(value: number): OrtErrorCode {
  return NAMES[value] ?? 'UNRECOGNIZED';
}

export function errorCodeValue(name: (typeof NAMES)[number]): number {
  return NAMES.indexOf(name);
}
