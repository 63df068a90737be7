export type { Capability, CapabilityState } from './capabilities.ts';
export { type MemoryInfo, NvmlDevice, type NvmlPowerSource } from './device.ts';
export type { DeviceInfo, PciInfo } from './device-info.ts';
export { EventSet, NVML_EVENT, type NvmlEvent } from './event-set.ts';
export type { FieldReading, FieldRequest } from './field-values.ts';
export {
  type ClockEventReason,
  FIELD,
  type NvmlClock,
  type NvmlPerformancePolicy,
  type NvmlTemperatureThreshold,
} from './names.ts';
export { type InaccessibleDevice, Nvml, type NvmlOptions, openNvml } from './nvml.ts';
export {
  type LoadAttempt,
  NvmlDisposedError,
  NvmlError,
  NvmlUnavailableError,
  type NvmlUnavailableReason,
} from './nvml-error.ts';
export type { NvmlProcess } from './process-list.ts';
export type { ProcessUtilisation } from './process-utilisation.ts';
export { NVML_RETURN, type NvmlErrorCode, type NvmlReturnName } from './return-codes.ts';
export type { NvmlSample, SampleFailure, SampleOptions } from './sample.ts';
export type { Writable, WriteSupport } from './write-support.ts';
