import type { OrtEnvironment } from './environment.ts';
import { readPairs } from './key-value-pairs.ts';
import { describeMemory, type MemoryDescription } from './memory-info.ts';
import { wordsAt } from './native-memory.ts';

/** `OrtHardwareDeviceType`. */
const HARDWARE_TYPES = ['cpu', 'gpu', 'npu'] as const;
/** `OrtDeviceMemoryType`. */
const DEFAULT_MEMORY = 0;

/** A device together with a provider that can work on it. Valid while the provider's library is registered. */
export interface ProviderDevice {
  /** The `OrtEpDevice`; the environment owns it. */
  readonly address: number;
  /** Such as `CPUExecutionProvider`. */
  readonly provider: string;
  readonly providerVendor: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Options that the provider suggests for this device. */
  readonly options: Readonly<Record<string, string>>;
  readonly hardware: {
    readonly type: (typeof HARDWARE_TYPES)[number] | 'unknown';
    readonly vendor: string;
    readonly vendorId: number;
    readonly deviceId: number;
    readonly metadata: Readonly<Record<string, string>>;
  };
  /** null: the provider works on host memory. */
  readonly memory: MemoryDescription | null;
}

/** All devices of built-in providers and of registered libraries, on this machine. */
export function listProviderDevices(environment: OrtEnvironment): ProviderDevice[] {
  const { library, scratch } = environment;
  library.check('GetEpDevices', environment.addressFor('GetEpDevices'), scratch.address, scratch.address + 8);
  return wordsAt(scratch.word(0), scratch.word(8)).map((address) => describeDevice(environment, address));
}

function describeDevice(environment: OrtEnvironment, address: number): ProviderDevice {
  const { library, scratch } = environment;
  const pairs = (of: number) => readPairs(library, scratch, of);
  const device = library.number('EpDevice_Device', address);
  const memory = library.number('EpDevice_MemoryInfo', address, DEFAULT_MEMORY);
  return {
    address,
    provider: library.text('EpDevice_EpName', address),
    providerVendor: library.text('EpDevice_EpVendor', address),
    metadata: pairs(library.number('EpDevice_EpMetadata', address)),
    options: pairs(library.number('EpDevice_EpOptions', address)),
    hardware: {
      type: HARDWARE_TYPES[library.number('HardwareDevice_Type', device)] ?? 'unknown',
      vendor: library.text('HardwareDevice_Vendor', device),
      vendorId: library.number('HardwareDevice_VendorId', device),
      deviceId: library.number('HardwareDevice_DeviceId', device),
      metadata: pairs(library.number('HardwareDevice_Metadata', device)),
    },
    memory: memory === 0 ? null : describeMemory(environment, memory),
  };
}
