/**
 * The functions of `OrtApi` that this package calls: where each stands in the table of function pointers, and its
 * signature. Source: `onnxruntime_c_api.h` of API version 30 (ONNX Runtime 1.30). The order of the table only ever
 * grows at its end, so a place holds for every version from the one the function came with.
 */
export const HEADER_API_VERSION = 30;

/** The oldest API version that has every function below; it is what the library is asked for. */
export const REQUIRED_API_VERSION = 24;

/** How an argument is passed. `path` is UTF-16 on Windows and UTF-8 elsewhere, `texts` an array of strings. */
export type ParameterType =
  | 'pointer'
  | 'text'
  | 'texts'
  | 'path'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'size'
  | 'boolean';

/** What a function answers. `status` is null for success, or an `OrtStatus` that the caller releases. */
export type ResultType = 'status' | 'void' | 'pointer' | 'text' | 'int32' | 'uint32' | 'boolean';

interface FunctionEntry {
  /** Place in the table, from 0. */
  readonly index: number;
  readonly result: ResultType;
  readonly parameters: readonly ParameterType[];
}

type Entry<Result extends ResultType> = FunctionEntry & { readonly result: Result };

function entry<Result extends ResultType>(
  index: number,
  result: Result,
  parameters: readonly ParameterType[],
): Entry<Result> {
  return { index, result, parameters };
}

function status(index: number, ...parameters: ParameterType[]): Entry<'status'> {
  return entry(index, 'status', parameters);
}

function release(index: number): Entry<'void'> {
  return entry(index, 'void', ['pointer']);
}

export const API = {
  GetErrorCode: entry(1, 'int32', ['pointer']),
  GetErrorMessage: entry(2, 'text', ['pointer']),
  CreateEnv: status(3, 'int32', 'text', 'pointer'),
  DisableTelemetryEvents: status(6, 'pointer'),
  CreateSession: status(7, 'pointer', 'path', 'pointer', 'pointer'),
  CreateSessionFromArray: status(8, 'pointer', 'pointer', 'size', 'pointer', 'pointer'),
  Run: status(9, 'pointer', 'pointer', 'pointer', 'pointer', 'size', 'pointer', 'size', 'pointer'),
  CreateSessionOptions: status(10, 'pointer'),
  SetOptimizedModelFilePath: status(11, 'pointer', 'path'),
  SetSessionExecutionMode: status(13, 'pointer', 'int32'),
  EnableProfiling: status(14, 'pointer', 'path'),
  DisableMemPattern: status(17, 'pointer'),
  DisableCpuMemArena: status(19, 'pointer'),
  SetSessionLogId: status(20, 'pointer', 'text'),
  SetSessionLogSeverityLevel: status(22, 'pointer', 'int32'),
  SetSessionGraphOptimizationLevel: status(23, 'pointer', 'int32'),
  SetIntraOpNumThreads: status(24, 'pointer', 'int32'),
  SetInterOpNumThreads: status(25, 'pointer', 'int32'),
  SessionGetInputCount: status(30, 'pointer', 'pointer'),
  SessionGetOutputCount: status(31, 'pointer', 'pointer'),
  SessionGetInputTypeInfo: status(33, 'pointer', 'size', 'pointer'),
  SessionGetOutputTypeInfo: status(34, 'pointer', 'size', 'pointer'),
  SessionGetInputName: status(36, 'pointer', 'size', 'pointer', 'pointer'),
  SessionGetOutputName: status(37, 'pointer', 'size', 'pointer', 'pointer'),
  CreateRunOptions: status(39, 'pointer'),
  RunOptionsSetRunLogSeverityLevel: status(41, 'pointer', 'int32'),
  RunOptionsSetRunTag: status(42, 'pointer', 'text'),
  RunOptionsSetTerminate: status(46, 'pointer'),
  RunOptionsUnsetTerminate: status(47, 'pointer'),
  CreateTensorAsOrtValue: status(48, 'pointer', 'pointer', 'size', 'int32', 'pointer'),
  CreateTensorWithDataAsOrtValue: status(
    49,
    'pointer',
    'pointer',
    'size',
    'pointer',
    'size',
    'int32',
    'pointer',
  ),
  GetTensorMutableData: status(51, 'pointer', 'pointer'),
  GetStringTensorDataLength: status(53, 'pointer', 'pointer'),
  GetStringTensorContent: status(54, 'pointer', 'pointer', 'size', 'pointer', 'size'),
  CastTypeInfoToTensorInfo: status(55, 'pointer', 'pointer'),
  GetOnnxTypeFromTypeInfo: status(56, 'pointer', 'pointer'),
  GetTensorElementType: status(60, 'pointer', 'pointer'),
  GetDimensionsCount: status(61, 'pointer', 'pointer'),
  GetDimensions: status(62, 'pointer', 'pointer', 'size'),
  GetSymbolicDimensions: status(63, 'pointer', 'pointer', 'size'),
  GetTensorTypeAndShape: status(65, 'pointer', 'pointer'),
  GetValueType: status(67, 'pointer', 'pointer'),
  CreateMemoryInfo: status(68, 'text', 'int32', 'int32', 'int32', 'pointer'),
  CreateCpuMemoryInfo: status(69, 'int32', 'int32', 'pointer'),
  MemoryInfoGetName: status(71, 'pointer', 'pointer'),
  MemoryInfoGetId: status(72, 'pointer', 'pointer'),
  MemoryInfoGetMemType: status(73, 'pointer', 'pointer'),
  MemoryInfoGetType: status(74, 'pointer', 'pointer'),
  AllocatorFree: status(76, 'pointer', 'pointer'),
  GetAllocatorWithDefaultOptions: status(78, 'pointer'),
  AddFreeDimensionOverride: status(79, 'pointer', 'text', 'int64'),
  GetValue: status(80, 'pointer', 'int32', 'pointer', 'pointer'),
  GetValueCount: status(81, 'pointer', 'pointer'),
  CreateValue: status(82, 'pointer', 'size', 'int32', 'pointer'),
  ReleaseEnv: release(92),
  ReleaseStatus: release(93),
  ReleaseMemoryInfo: release(94),
  ReleaseSession: release(95),
  ReleaseValue: release(96),
  ReleaseRunOptions: release(97),
  ReleaseTypeInfo: release(98),
  ReleaseTensorTypeAndShapeInfo: release(99),
  ReleaseSessionOptions: release(100),
  CastTypeInfoToMapTypeInfo: status(103, 'pointer', 'pointer'),
  CastTypeInfoToSequenceTypeInfo: status(104, 'pointer', 'pointer'),
  GetMapKeyType: status(105, 'pointer', 'pointer'),
  GetMapValueType: status(106, 'pointer', 'pointer'),
  GetSequenceElementType: status(107, 'pointer', 'pointer'),
  SessionEndProfiling: status(110, 'pointer', 'pointer', 'pointer'),
  SessionGetModelMetadata: status(111, 'pointer', 'pointer'),
  ModelMetadataGetProducerName: status(112, 'pointer', 'pointer', 'pointer'),
  ModelMetadataGetGraphName: status(113, 'pointer', 'pointer', 'pointer'),
  ModelMetadataGetDomain: status(114, 'pointer', 'pointer', 'pointer'),
  ModelMetadataGetDescription: status(115, 'pointer', 'pointer', 'pointer'),
  ModelMetadataLookupCustomMetadataMap: status(116, 'pointer', 'pointer', 'text', 'pointer'),
  ModelMetadataGetVersion: status(117, 'pointer', 'pointer'),
  ReleaseModelMetadata: release(118),
  ModelMetadataGetCustomMetadataMapKeys: status(123, 'pointer', 'pointer', 'pointer', 'pointer'),
  AddFreeDimensionOverrideByName: status(124, 'pointer', 'text', 'int64'),
  GetAvailableProviders: status(125, 'pointer', 'pointer'),
  ReleaseAvailableProviders: status(126, 'pointer', 'int32'),
  AddSessionConfigEntry: status(130, 'pointer', 'text', 'text'),
  CreateAllocator: status(131, 'pointer', 'pointer', 'pointer'),
  ReleaseAllocator: release(132),
  RunWithBinding: status(133, 'pointer', 'pointer', 'pointer'),
  CreateIoBinding: status(134, 'pointer', 'pointer'),
  ReleaseIoBinding: release(135),
  BindInput: status(136, 'pointer', 'text', 'pointer'),
  BindOutput: status(137, 'pointer', 'text', 'pointer'),
  BindOutputToDevice: status(138, 'pointer', 'text', 'pointer'),
  GetBoundOutputNames: status(139, 'pointer', 'pointer', 'pointer', 'pointer', 'pointer'),
  GetBoundOutputValues: status(140, 'pointer', 'pointer', 'pointer', 'pointer'),
  ClearBoundInputs: release(141),
  ClearBoundOutputs: release(142),
  CreateAndRegisterAllocator: status(144, 'pointer', 'pointer', 'pointer'),
  ReleaseArenaCfg: release(157),
  ModelMetadataGetGraphDescription: status(158, 'pointer', 'pointer', 'pointer'),
  CreateArenaCfgV2: status(164, 'texts', 'pointer', 'size', 'pointer'),
  AddRunConfigEntry: status(165, 'pointer', 'text', 'text'),
  SessionOptionsAppendExecutionProvider_TensorRT_V2: status(170, 'pointer', 'pointer'),
  CreateTensorRTProviderOptions: status(171, 'pointer'),
  UpdateTensorRTProviderOptions: status(172, 'pointer', 'texts', 'texts', 'size'),
  ReleaseTensorRTProviderOptions: release(174),
  UnregisterAllocator: status(177, 'pointer', 'pointer'),
  HasValue: status(192, 'pointer', 'pointer'),
  GetTensorMemoryInfo: status(194, 'pointer', 'pointer'),
  SynchronizeBoundInputs: status(202, 'pointer'),
  SynchronizeBoundOutputs: status(203, 'pointer'),
  SessionOptionsAppendExecutionProvider_CUDA_V2: status(204, 'pointer', 'pointer'),
  CreateCUDAProviderOptions: status(205, 'pointer'),
  UpdateCUDAProviderOptions: status(206, 'pointer', 'texts', 'texts', 'size'),
  ReleaseCUDAProviderOptions: release(208),
  SessionOptionsAppendExecutionProvider: status(216, 'pointer', 'text', 'texts', 'texts', 'size'),
  MemoryInfoGetDeviceType: entry(225, 'void', ['pointer', 'pointer']),
  CastTypeInfoToOptionalTypeInfo: status(250, 'pointer', 'pointer'),
  GetOptionalContainedTypeInfo: status(251, 'pointer', 'pointer'),
  GetResizedStringTensorElementBuffer: status(252, 'pointer', 'size', 'size', 'pointer'),
  GetBuildInfoString: entry(254, 'text', []),
  SetEpDynamicOptions: status(284, 'pointer', 'texts', 'texts', 'size'),
  SessionOptionsSetLoadCancellationFlag: status(293, 'pointer', 'boolean'),
  GetKeyValuePairs: entry(298, 'void', ['pointer', 'pointer', 'pointer', 'pointer']),
  ReleaseKeyValuePairs: release(300),
  RegisterExecutionProviderLibrary: status(301, 'pointer', 'text', 'path'),
  UnregisterExecutionProviderLibrary: status(302, 'pointer', 'text'),
  GetEpDevices: status(303, 'pointer', 'pointer', 'pointer'),
  SessionOptionsAppendExecutionProvider_V2: status(
    304,
    'pointer',
    'pointer',
    'pointer',
    'size',
    'texts',
    'texts',
    'size',
  ),
  HardwareDevice_Type: entry(307, 'int32', ['pointer']),
  HardwareDevice_VendorId: entry(308, 'uint32', ['pointer']),
  HardwareDevice_Vendor: entry(309, 'text', ['pointer']),
  HardwareDevice_DeviceId: entry(310, 'uint32', ['pointer']),
  HardwareDevice_Metadata: entry(311, 'pointer', ['pointer']),
  EpDevice_EpName: entry(312, 'text', ['pointer']),
  EpDevice_EpVendor: entry(313, 'text', ['pointer']),
  EpDevice_EpMetadata: entry(314, 'pointer', ['pointer']),
  EpDevice_EpOptions: entry(315, 'pointer', ['pointer']),
  EpDevice_Device: entry(316, 'pointer', ['pointer']),
  GetTensorSizeInBytes: status(318, 'pointer', 'pointer'),
  AllocatorGetStats: status(319, 'pointer', 'pointer'),
  MemoryInfoGetDeviceMemType: entry(321, 'int32', ['pointer']),
  MemoryInfoGetVendorId: entry(322, 'uint32', ['pointer']),
  EpDevice_MemoryInfo: entry(374, 'pointer', ['pointer', 'int32']),
  SessionGetMemoryInfoForInputs: status(380, 'pointer', 'pointer', 'size'),
  SessionGetMemoryInfoForOutputs: status(381, 'pointer', 'pointer', 'size'),
  CopyTensors: status(386, 'pointer', 'pointer', 'pointer', 'pointer', 'size'),
  TensorTypeAndShape_HasShape: entry(390, 'boolean', ['pointer']),
} as const;

export type FunctionName = keyof typeof API;

/** The functions that answer so. */
export type FunctionWith<Result extends ResultType> = {
  [Name in FunctionName]: (typeof API)[Name]['result'] extends Result ? Name : never;
}[FunctionName];
