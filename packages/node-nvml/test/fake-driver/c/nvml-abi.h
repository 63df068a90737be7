/* The part of NVML's binary interface that the fake library offers, x64. Layouts are from public tables. */
#ifndef NVML_ABI_H
#define NVML_ABI_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

typedef int Return;
enum {
  SUCCESS = 0,
  UNINITIALIZED = 1,
  INVALID_ARGUMENT = 2,
  NOT_SUPPORTED = 3,
  NO_PERMISSION = 4,
  NOT_FOUND = 6,
  INSUFFICIENT_SIZE = 7,
  DRIVER_NOT_LOADED = 9,
  TIMEOUT = 10,
  GPU_IS_LOST = 15,
  INSUFFICIENT_RESOURCES = 23,
  ARGUMENT_VERSION_MISMATCH = 25,
  UNKNOWN = 999,
};

/** Opaque to callers: a number that names a card and the load of the driver it belongs to. */
typedef void *Device;
typedef void *EventSet;

typedef struct { uint32_t version; uint32_t sensorType; int32_t temperature; } TemperatureV1;
typedef struct { uint32_t version; int32_t marginTemperature; } MarginTemperatureV1;
typedef struct { uint32_t version; uint32_t fan; uint32_t speed; } FanSpeedInfoV1;
typedef struct { uint32_t version; uint8_t powerScope; uint32_t powerValueMilliwatts; } PowerValueV2;
typedef struct { uint64_t total, free, used; } MemoryV1;
typedef struct { uint32_t version; uint64_t total, reserved, free, used; } MemoryV2;
typedef struct { uint64_t total, free, used; } Bar1Memory;
typedef struct { uint32_t gpu, memory; } Utilization;
typedef struct { uint32_t pid; uint64_t usedGpuMemory; } ProcessInfoV1;
typedef struct { uint32_t pid; uint64_t usedGpuMemory; uint32_t gpuInstanceId, computeInstanceId; } ProcessInfoV2;
typedef struct { uint32_t pid; uint64_t timestamp; uint32_t sm, memory, encoder, decoder; } ProcessUtilizationSample;
typedef struct { char busIdLegacy[16]; uint32_t domain, bus, device, pciDeviceId, pciSubSystemId; char busId[32]; } PciInfoV3;
/** As far as the older calls fill it in. */
typedef struct { char busId[16]; uint32_t domain, bus, device, pciDeviceId, pciSubSystemId; } PciInfoV2;
typedef struct { uint64_t referenceTime, violationTime; } ViolationTime;
typedef union { double asDouble; uint32_t asUnsigned; uint64_t asUnsigned64; int64_t asSigned64; int32_t asSigned; } Value;
typedef struct { uint64_t timestamp; Value value; } Sample;
typedef struct {
  uint32_t fieldId, scopeId;
  int64_t timestamp, latencyMicroseconds;
  uint32_t valueType;
  uint32_t result;
  Value value;
} FieldValue;
typedef struct { Device device; uint64_t eventType, eventData; } EventDataV1;
typedef struct { Device device; uint64_t eventType, eventData; uint32_t gpuInstanceId, computeInstanceId; } EventDataV2;

#define SIZE_IS(type, size) _Static_assert(sizeof(type) == (size), #type " has another size in NVML's interface")
SIZE_IS(TemperatureV1, 12);
SIZE_IS(MarginTemperatureV1, 8);
SIZE_IS(FanSpeedInfoV1, 12);
SIZE_IS(PowerValueV2, 12);
SIZE_IS(MemoryV1, 24);
SIZE_IS(MemoryV2, 40);
SIZE_IS(ProcessInfoV1, 16);
SIZE_IS(ProcessInfoV2, 24);
SIZE_IS(ProcessUtilizationSample, 32);
SIZE_IS(PciInfoV3, 68);
SIZE_IS(FieldValue, 40);
SIZE_IS(EventDataV1, 24);
SIZE_IS(EventDataV2, 32);

/** Every function that this library offers; its place here is its counter in the shared state. */
#define FUNCTIONS(X) \
  X(nvmlInit) X(nvmlInit_v2) X(nvmlInitWithFlags) X(nvmlShutdown) X(nvmlErrorString) \
  X(nvmlSystemGetDriverVersion) X(nvmlSystemGetNVMLVersion) X(nvmlSystemGetCudaDriverVersion) \
  X(nvmlSystemGetCudaDriverVersion_v2) X(nvmlSystemGetProcessName) \
  X(nvmlDeviceGetCount) X(nvmlDeviceGetCount_v2) X(nvmlDeviceGetHandleByIndex) X(nvmlDeviceGetHandleByIndex_v2) \
  X(nvmlDeviceGetHandleByUUID) X(nvmlDeviceGetHandleByPciBusId) X(nvmlDeviceGetHandleByPciBusId_v2) \
  X(nvmlDeviceGetHandleBySerial) X(nvmlDeviceGetIndex) X(nvmlDeviceGetMinorNumber) X(nvmlDeviceGetName) \
  X(nvmlDeviceGetUUID) X(nvmlDeviceGetSerial) X(nvmlDeviceGetVbiosVersion) X(nvmlDeviceGetBrand) \
  X(nvmlDeviceGetArchitecture) X(nvmlDeviceGetCudaComputeCapability) X(nvmlDeviceGetNumGpuCores) \
  X(nvmlDeviceGetMemoryBusWidth) X(nvmlDeviceGetBoardId) X(nvmlDeviceGetMultiGpuBoard) \
  X(nvmlDeviceGetBoardPartNumber) X(nvmlDeviceGetInforomImageVersion) X(nvmlDeviceGetDisplayMode) \
  X(nvmlDeviceGetDisplayActive) X(nvmlDeviceGetComputeMode) X(nvmlDeviceGetDriverModel) \
  X(nvmlDeviceGetDriverModel_v2) X(nvmlDeviceGetPowerSource) X(nvmlDeviceGetMigMode) \
  X(nvmlDeviceGetMaxMigDeviceCount) X(nvmlDeviceGetPersistenceMode) X(nvmlDeviceSetPersistenceMode) \
  X(nvmlDeviceGetEccMode) X(nvmlDeviceGetTotalEccErrors) \
  X(nvmlDeviceGetPciInfo) X(nvmlDeviceGetPciInfo_v2) X(nvmlDeviceGetPciInfo_v3) \
  X(nvmlDeviceGetCurrPcieLinkGeneration) X(nvmlDeviceGetCurrPcieLinkWidth) \
  X(nvmlDeviceGetMaxPcieLinkGeneration) X(nvmlDeviceGetMaxPcieLinkWidth) X(nvmlDeviceGetGpuMaxPcieLinkGeneration) \
  X(nvmlDeviceGetPcieThroughput) X(nvmlDeviceGetPcieReplayCounter) X(nvmlDeviceGetPcieSpeed) \
  X(nvmlDeviceGetPcieLinkMaxSpeed) \
  X(nvmlDeviceGetMemoryInfo) X(nvmlDeviceGetMemoryInfo_v2) X(nvmlDeviceGetBAR1MemoryInfo) \
  X(nvmlDeviceGetTemperature) X(nvmlDeviceGetTemperatureV) X(nvmlDeviceGetMarginTemperature) \
  X(nvmlDeviceGetTemperatureThreshold) X(nvmlDeviceSetTemperatureThreshold) \
  X(nvmlDeviceGetPowerUsage) X(nvmlDeviceGetTotalEnergyConsumption) \
  X(nvmlDeviceGetPowerManagementMode) X(nvmlDeviceGetPowerManagementLimit) X(nvmlDeviceSetPowerManagementLimit) \
  X(nvmlDeviceSetPowerManagementLimit_v2) X(nvmlDeviceGetPowerManagementLimitConstraints) \
  X(nvmlDeviceGetPowerManagementDefaultLimit) X(nvmlDeviceGetEnforcedPowerLimit) \
  X(nvmlDeviceGetUtilizationRates) X(nvmlDeviceGetEncoderUtilization) X(nvmlDeviceGetDecoderUtilization) \
  X(nvmlDeviceGetJpgUtilization) X(nvmlDeviceGetOfaUtilization) \
  X(nvmlDeviceGetClockInfo) X(nvmlDeviceGetMaxClockInfo) X(nvmlDeviceGetClock) \
  X(nvmlDeviceGetApplicationsClock) X(nvmlDeviceGetMaxCustomerBoostClock) \
  X(nvmlDeviceGetCurrentClocksEventReasons) X(nvmlDeviceGetCurrentClocksThrottleReasons) \
  X(nvmlDeviceGetSupportedClocksEventReasons) X(nvmlDeviceGetSupportedClocksThrottleReasons) \
  X(nvmlDeviceGetViolationStatus) X(nvmlDeviceGetPerformanceState) X(nvmlDeviceGetPowerState) \
  X(nvmlDeviceGetFanSpeed) X(nvmlDeviceGetFanSpeed_v2) X(nvmlDeviceGetFanSpeedRPM) X(nvmlDeviceGetTargetFanSpeed) \
  X(nvmlDeviceGetNumFans) X(nvmlDeviceGetMinMaxFanSpeed) X(nvmlDeviceSetFanSpeed_v2) \
  X(nvmlDeviceSetDefaultFanSpeed_v2) \
  X(nvmlDeviceGetComputeRunningProcesses) X(nvmlDeviceGetComputeRunningProcesses_v2) \
  X(nvmlDeviceGetComputeRunningProcesses_v3) X(nvmlDeviceGetGraphicsRunningProcesses) \
  X(nvmlDeviceGetGraphicsRunningProcesses_v2) X(nvmlDeviceGetGraphicsRunningProcesses_v3) \
  X(nvmlDeviceGetMPSComputeRunningProcesses_v3) X(nvmlDeviceGetProcessUtilization) \
  X(nvmlDeviceGetFieldValues) X(nvmlDeviceGetSamples) \
  X(nvmlDeviceGetSupportedEventTypes) X(nvmlEventSetCreate) X(nvmlDeviceRegisterEvents) \
  X(nvmlEventSetWait) X(nvmlEventSetWait_v2) X(nvmlEventSetFree)

#define AS_FUNCTION_NUMBER(name) FN_##name,
enum { FUNCTIONS(AS_FUNCTION_NUMBER) FUNCTION_COUNT };
#undef AS_FUNCTION_NUMBER

#endif
