export type { Allocator } from './allocator.ts';
export { HEADER_API_VERSION, REQUIRED_API_VERSION } from './api-table.ts';
export type { ArenaOptions } from './arena.ts';
export { NoValue, OrtMap, Sequence } from './collections.ts';
export type { Dispatch } from './dispatch.ts';
export {
  byteLengthOf,
  type ElementArrays,
  type ElementData,
  type ElementType,
  isNumericType,
  type NumericType,
} from './element-type.ts';
export { type EnvironmentOptions, OrtEnvironment, openOrtEnvironment } from './environment.ts';
export type { OrtErrorCode } from './error-code.ts';
export type { ProviderRequest } from './execution-provider.ts';
export type { IoBinding } from './io-binding.ts';
export { bundledLibraryPath } from './library-path.ts';
export type { LogSeverity } from './log-severity.ts';
export type { MemoryDescription, MemoryInfo, MemoryRequest } from './memory-info.ts';
export type { MemoryStatistics } from './memory-statistics.ts';
export type { ModelMetadata } from './model-metadata.ts';
export {
  OrtAbortedError,
  OrtArgumentError,
  OrtDisposedError,
  OrtError,
  OrtLibraryError,
  type OrtLibraryProblem,
} from './ort-error.ts';
export type { ProviderDevice } from './provider-device.ts';
export type { Feeds, WantedOutputs } from './run-frame.ts';
export type { RunSettings } from './run-options.ts';
export type { RunOutputs } from './run-outputs.ts';
export type { RunRequest, Session } from './session.ts';
export type { SessionOptions } from './session-options.ts';
export { Tensor } from './tensor.ts';
export type { OrtValue } from './value.ts';
export type { Dimension, NamedValue, ValueDescription } from './value-description.ts';
