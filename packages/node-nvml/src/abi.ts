/**
 * NVML's binary interface on 64-bit machines (Linux x64 and arm64, Windows x64), as NVIDIA publishes it in
 * nvml.h, which go-nvml redistributes. The one place for sizes, offsets and version words; `check-abi.ts`
 * compares it with the compiler rules of the machine before a library is used.
 */

type FieldType = 'uint8_t' | 'uint32_t' | 'int32_t' | 'uint64_t' | 'int64_t' | 'uintptr_t';

export interface StructLayout {
  /** The name in nvml.h, without the prefix `nvml` and the suffix `_t`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Number that goes into the version word; null for structs without one. */
  readonly version: number | null;
  /** In the order of the header: type, offset in bytes and, for arrays, the number of elements. */
  readonly fields: Readonly<Record<string, { type: FieldType; offset: number; count?: number }>>;
}

/** `sizeof | version << 24`, by which the library knows the struct that it is given. */
export function versionWord(layout: StructLayout): number {
  return (layout.size | ((layout.version ?? 0) << 24)) >>> 0;
}

export const ABI = {
  pciInfo: {
    name: 'PciInfo',
    size: 68,
    version: null,
    fields: {
      busIdLegacy: { type: 'uint8_t', offset: 0, count: 16 },
      domain: { type: 'uint32_t', offset: 16 },
      bus: { type: 'uint32_t', offset: 20 },
      device: { type: 'uint32_t', offset: 24 },
      pciDeviceId: { type: 'uint32_t', offset: 28 },
      pciSubSystemId: { type: 'uint32_t', offset: 32 },
      busId: { type: 'uint8_t', offset: 36, count: 32 },
    },
  },
  utilization: {
    name: 'Utilization',
    size: 8,
    version: null,
    fields: { gpu: { type: 'uint32_t', offset: 0 }, memory: { type: 'uint32_t', offset: 4 } },
  },
  memoryV1: {
    name: 'Memory',
    size: 24,
    version: null,
    fields: {
      total: { type: 'uint64_t', offset: 0 },
      free: { type: 'uint64_t', offset: 8 },
      used: { type: 'uint64_t', offset: 16 },
    },
  },
  memoryV2: {
    name: 'Memory_v2',
    size: 40,
    version: 2,
    fields: {
      version: { type: 'uint32_t', offset: 0 },
      total: { type: 'uint64_t', offset: 8 },
      reserved: { type: 'uint64_t', offset: 16 },
      free: { type: 'uint64_t', offset: 24 },
      used: { type: 'uint64_t', offset: 32 },
    },
  },
  bar1Memory: {
    name: 'BAR1Memory',
    size: 24,
    version: null,
    fields: {
      total: { type: 'uint64_t', offset: 0 },
      free: { type: 'uint64_t', offset: 8 },
      used: { type: 'uint64_t', offset: 16 },
    },
  },
  temperature: {
    name: 'Temperature_v1',
    size: 12,
    version: 1,
    fields: {
      version: { type: 'uint32_t', offset: 0 },
      sensorType: { type: 'uint32_t', offset: 4 },
      temperature: { type: 'int32_t', offset: 8 },
    },
  },
  marginTemperature: {
    name: 'MarginTemperature_v1',
    size: 8,
    version: 1,
    fields: {
      version: { type: 'uint32_t', offset: 0 },
      marginTemperature: { type: 'int32_t', offset: 4 },
    },
  },
  powerValue: {
    name: 'PowerValue_v2',
    size: 12,
    version: 2,
    fields: {
      version: { type: 'uint32_t', offset: 0 },
      powerScope: { type: 'uint8_t', offset: 4 },
      powerValueMw: { type: 'uint32_t', offset: 8 },
    },
  },
  fanSpeedInfo: {
    name: 'FanSpeedInfo_v1',
    size: 12,
    version: 1,
    fields: {
      version: { type: 'uint32_t', offset: 0 },
      fan: { type: 'uint32_t', offset: 4 },
      speed: { type: 'uint32_t', offset: 8 },
    },
  },
  /** Of the calls without a version in their name. */
  processInfoV1: {
    name: 'ProcessInfo_v1',
    size: 16,
    version: null,
    fields: { pid: { type: 'uint32_t', offset: 0 }, usedGpuMemory: { type: 'uint64_t', offset: 8 } },
  },
  /** Of the calls with `_v2` and `_v3` in their name. */
  processInfoV2: {
    name: 'ProcessInfo_v2',
    size: 24,
    version: null,
    fields: {
      pid: { type: 'uint32_t', offset: 0 },
      usedGpuMemory: { type: 'uint64_t', offset: 8 },
      gpuInstanceId: { type: 'uint32_t', offset: 16 },
      computeInstanceId: { type: 'uint32_t', offset: 20 },
    },
  },
  /** What the `_v3` calls of the drivers 535.43 to 535.86 wrote by mistake. */
  processInfoOf535: {
    name: 'ProcessDetail_v1',
    size: 32,
    version: null,
    fields: {
      pid: { type: 'uint32_t', offset: 0 },
      usedGpuMemory: { type: 'uint64_t', offset: 8 },
      gpuInstanceId: { type: 'uint32_t', offset: 16 },
      computeInstanceId: { type: 'uint32_t', offset: 20 },
      usedGpuCcProtectedMemory: { type: 'uint64_t', offset: 24 },
    },
  },
  processUtilizationSample: {
    name: 'ProcessUtilizationSample',
    size: 32,
    version: null,
    fields: {
      pid: { type: 'uint32_t', offset: 0 },
      timeStamp: { type: 'uint64_t', offset: 8 },
      smUtil: { type: 'uint32_t', offset: 16 },
      memUtil: { type: 'uint32_t', offset: 20 },
      encUtil: { type: 'uint32_t', offset: 24 },
      decUtil: { type: 'uint32_t', offset: 28 },
    },
  },
  fieldValue: {
    name: 'FieldValue',
    size: 40,
    version: null,
    fields: {
      fieldId: { type: 'uint32_t', offset: 0 },
      scopeId: { type: 'uint32_t', offset: 4 },
      timestamp: { type: 'int64_t', offset: 8 },
      latencyUsec: { type: 'int64_t', offset: 16 },
      valueType: { type: 'uint32_t', offset: 24 },
      nvmlReturn: { type: 'uint32_t', offset: 28 },
      value: { type: 'uint64_t', offset: 32 },
    },
  },
  violationTime: {
    name: 'ViolationTime',
    size: 16,
    version: null,
    fields: {
      referenceTime: { type: 'uint64_t', offset: 0 },
      violationTime: { type: 'uint64_t', offset: 8 },
    },
  },
  /** Of `nvmlEventSetWait_v2`; the older call writes the first 24 bytes only. */
  eventData: {
    name: 'EventData',
    size: 32,
    version: null,
    fields: {
      device: { type: 'uintptr_t', offset: 0 },
      eventType: { type: 'uint64_t', offset: 8 },
      eventData: { type: 'uint64_t', offset: 16 },
      gpuInstanceId: { type: 'uint32_t', offset: 24 },
      computeInstanceId: { type: 'uint32_t', offset: 28 },
    },
  },
} as const satisfies Readonly<Record<string, StructLayout>>;

/** Bytes of the text buffers that calls fill. */
export const TEXT_BYTES = {
  deviceName: 96,
  uuid: 96,
  systemVersion: 96,
  serial: 64,
  vbiosVersion: 64,
} as const;
