/** How a parameter is passed: unsigned int, unsigned long long, pointer (a plain number), C string. */
type Parameter = 'uint32_t' | 'uint64_t' | 'uintptr_t' | 'str';

interface NativeSignature {
  /** Names of the same call, newest first; all take the same parameters. */
  readonly symbols: readonly [string, ...string[]];
  readonly parameters: readonly Parameter[];
}

const POINTER = 'uintptr_t';
const DEVICE = 'uintptr_t';
const EVENT_SET = 'uintptr_t';
const UINT = 'uint32_t';
const UINT64 = 'uint64_t';
const TEXT = 'str';

function signature(symbols: NativeSignature['symbols'], parameters: readonly Parameter[]): NativeSignature {
  return { symbols, parameters };
}

/** Every function that is used. Those whose struct differs between versions have one entry per struct. */
export const FUNCTIONS = {
  init: signature(['nvmlInit_v2', 'nvmlInit'], []),
  initWithFlags: signature(['nvmlInitWithFlags'], [UINT]),
  shutdown: signature(['nvmlShutdown'], []),
  driverVersion: signature(['nvmlSystemGetDriverVersion'], [POINTER, UINT]),
  nvmlVersion: signature(['nvmlSystemGetNVMLVersion'], [POINTER, UINT]),
  cudaDriverVersion: signature(
    ['nvmlSystemGetCudaDriverVersion_v2', 'nvmlSystemGetCudaDriverVersion'],
    [POINTER],
  ),
  processName: signature(['nvmlSystemGetProcessName'], [UINT, POINTER, UINT]),
  deviceCount: signature(['nvmlDeviceGetCount_v2', 'nvmlDeviceGetCount'], [POINTER]),
  handleByIndex: signature(['nvmlDeviceGetHandleByIndex_v2', 'nvmlDeviceGetHandleByIndex'], [UINT, POINTER]),
  handleByUuid: signature(['nvmlDeviceGetHandleByUUID'], [TEXT, POINTER]),
  handleByPciBusId: signature(
    ['nvmlDeviceGetHandleByPciBusId_v2', 'nvmlDeviceGetHandleByPciBusId'],
    [TEXT, POINTER],
  ),

  uuid: signature(['nvmlDeviceGetUUID'], [DEVICE, POINTER, UINT]),
  name: signature(['nvmlDeviceGetName'], [DEVICE, POINTER, UINT]),
  serial: signature(['nvmlDeviceGetSerial'], [DEVICE, POINTER, UINT]),
  vbiosVersion: signature(['nvmlDeviceGetVbiosVersion'], [DEVICE, POINTER, UINT]),
  index: signature(['nvmlDeviceGetIndex'], [DEVICE, POINTER]),
  minorNumber: signature(['nvmlDeviceGetMinorNumber'], [DEVICE, POINTER]),
  brand: signature(['nvmlDeviceGetBrand'], [DEVICE, POINTER]),
  architecture: signature(['nvmlDeviceGetArchitecture'], [DEVICE, POINTER]),
  computeCapability: signature(['nvmlDeviceGetCudaComputeCapability'], [DEVICE, POINTER, POINTER]),
  // The older call fills only the beginning of today's struct.
  pciInfo: signature(['nvmlDeviceGetPciInfo_v3', 'nvmlDeviceGetPciInfo_v2'], [DEVICE, POINTER]),
  currentPcieGeneration: signature(['nvmlDeviceGetCurrPcieLinkGeneration'], [DEVICE, POINTER]),
  currentPcieWidth: signature(['nvmlDeviceGetCurrPcieLinkWidth'], [DEVICE, POINTER]),
  maximumPcieGeneration: signature(['nvmlDeviceGetMaxPcieLinkGeneration'], [DEVICE, POINTER]),
  maximumPcieWidth: signature(['nvmlDeviceGetMaxPcieLinkWidth'], [DEVICE, POINTER]),
  pcieThroughput: signature(['nvmlDeviceGetPcieThroughput'], [DEVICE, UINT, POINTER]),

  temperatureV: signature(['nvmlDeviceGetTemperatureV'], [DEVICE, POINTER]),
  temperature: signature(['nvmlDeviceGetTemperature'], [DEVICE, UINT, POINTER]),
  marginTemperature: signature(['nvmlDeviceGetMarginTemperature'], [DEVICE, POINTER]),
  temperatureThreshold: signature(['nvmlDeviceGetTemperatureThreshold'], [DEVICE, UINT, POINTER]),
  setTemperatureThreshold: signature(['nvmlDeviceSetTemperatureThreshold'], [DEVICE, UINT, POINTER]),
  fanCount: signature(['nvmlDeviceGetNumFans'], [DEVICE, POINTER]),
  fanSpeed: signature(['nvmlDeviceGetFanSpeed'], [DEVICE, POINTER]),
  fanSpeedOf: signature(['nvmlDeviceGetFanSpeed_v2'], [DEVICE, UINT, POINTER]),
  fanSpeedRpm: signature(['nvmlDeviceGetFanSpeedRPM'], [DEVICE, POINTER]),

  powerUsage: signature(['nvmlDeviceGetPowerUsage'], [DEVICE, POINTER]),
  powerLimit: signature(['nvmlDeviceGetPowerManagementLimit'], [DEVICE, POINTER]),
  enforcedPowerLimit: signature(['nvmlDeviceGetEnforcedPowerLimit'], [DEVICE, POINTER]),
  defaultPowerLimit: signature(['nvmlDeviceGetPowerManagementDefaultLimit'], [DEVICE, POINTER]),
  powerLimitConstraints: signature(
    ['nvmlDeviceGetPowerManagementLimitConstraints'],
    [DEVICE, POINTER, POINTER],
  ),
  setPowerLimit: signature(['nvmlDeviceSetPowerManagementLimit'], [DEVICE, UINT]),
  setPowerLimitV2: signature(['nvmlDeviceSetPowerManagementLimit_v2'], [DEVICE, POINTER]),
  powerSource: signature(['nvmlDeviceGetPowerSource'], [DEVICE, POINTER]),
  totalEnergy: signature(['nvmlDeviceGetTotalEnergyConsumption'], [DEVICE, POINTER]),

  utilisation: signature(['nvmlDeviceGetUtilizationRates'], [DEVICE, POINTER]),
  encoderUtilisation: signature(['nvmlDeviceGetEncoderUtilization'], [DEVICE, POINTER, POINTER]),
  decoderUtilisation: signature(['nvmlDeviceGetDecoderUtilization'], [DEVICE, POINTER, POINTER]),
  clock: signature(['nvmlDeviceGetClockInfo'], [DEVICE, UINT, POINTER]),
  maximumClock: signature(['nvmlDeviceGetMaxClockInfo'], [DEVICE, UINT, POINTER]),
  performanceState: signature(['nvmlDeviceGetPerformanceState'], [DEVICE, POINTER]),
  clockEventReasons: signature(
    ['nvmlDeviceGetCurrentClocksEventReasons', 'nvmlDeviceGetCurrentClocksThrottleReasons'],
    [DEVICE, POINTER],
  ),
  violationStatus: signature(['nvmlDeviceGetViolationStatus'], [DEVICE, UINT, POINTER]),

  memoryInfoV2: signature(['nvmlDeviceGetMemoryInfo_v2'], [DEVICE, POINTER]),
  memoryInfoV1: signature(['nvmlDeviceGetMemoryInfo'], [DEVICE, POINTER]),
  bar1MemoryInfo: signature(['nvmlDeviceGetBAR1MemoryInfo'], [DEVICE, POINTER]),
  eccMode: signature(['nvmlDeviceGetEccMode'], [DEVICE, POINTER, POINTER]),
  totalEccErrors: signature(['nvmlDeviceGetTotalEccErrors'], [DEVICE, UINT, UINT, POINTER]),

  computeProcesses: signature(
    ['nvmlDeviceGetComputeRunningProcesses_v3', 'nvmlDeviceGetComputeRunningProcesses_v2'],
    [DEVICE, POINTER, POINTER],
  ),
  computeProcessesV1: signature(['nvmlDeviceGetComputeRunningProcesses'], [DEVICE, POINTER, POINTER]),
  graphicsProcesses: signature(
    ['nvmlDeviceGetGraphicsRunningProcesses_v3', 'nvmlDeviceGetGraphicsRunningProcesses_v2'],
    [DEVICE, POINTER, POINTER],
  ),
  graphicsProcessesV1: signature(['nvmlDeviceGetGraphicsRunningProcesses'], [DEVICE, POINTER, POINTER]),
  processUtilisation: signature(['nvmlDeviceGetProcessUtilization'], [DEVICE, POINTER, POINTER, UINT64]),

  persistenceMode: signature(['nvmlDeviceGetPersistenceMode'], [DEVICE, POINTER]),
  setPersistenceMode: signature(['nvmlDeviceSetPersistenceMode'], [DEVICE, UINT]),
  fieldValues: signature(['nvmlDeviceGetFieldValues'], [DEVICE, UINT, POINTER]),

  eventSetCreate: signature(['nvmlEventSetCreate'], [POINTER]),
  eventSetFree: signature(['nvmlEventSetFree'], [EVENT_SET]),
  eventSetWait: signature(['nvmlEventSetWait_v2', 'nvmlEventSetWait'], [EVENT_SET, POINTER, UINT]),
  supportedEventTypes: signature(['nvmlDeviceGetSupportedEventTypes'], [DEVICE, POINTER]),
  registerEvents: signature(['nvmlDeviceRegisterEvents'], [DEVICE, UINT64, EVENT_SET]),
} as const satisfies Readonly<Record<string, NativeSignature>>;

export type FunctionName = keyof typeof FUNCTIONS;
