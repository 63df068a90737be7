import { ABI } from './abi.ts';
import type { NvmlDevice } from './device.ts';
import { type DeviceCalls, isMissing } from './device-calls.ts';
import { NvmlError } from './nvml-error.ts';
import { NVML_RETURN } from './return-codes.ts';

export interface PciInfo {
  /** Such as `00000000:01:00.0`. */
  readonly busId: string;
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  /** Vendor in the low, device in the high 16 bits. */
  readonly deviceId: number;
  readonly subsystemId: number;
}

/** What does not change while the driver is loaded; null for what the card does not tell. */
export interface DeviceInfo {
  readonly uuid: string;
  readonly index: number;
  readonly minorNumber: number | null;
  readonly name: string;
  readonly serial: string | null;
  readonly vbiosVersion: string | null;
  readonly brand: string | null;
  readonly architecture: string | null;
  readonly computeCapability: { readonly major: number; readonly minor: number } | null;
  readonly pci: PciInfo | null;
  readonly memoryBytes: number | null;
  readonly powerLimitRange: {
    readonly minimumMilliwatts: number;
    readonly maximumMilliwatts: number;
    readonly defaultMilliwatts: number;
  } | null;
  readonly acousticThresholdRange: { readonly minimumC: number; readonly maximumC: number } | null;
  readonly slowdownTemperatureC: number | null;
  readonly shutdownTemperatureC: number | null;
  readonly fanCount: number | null;
}

/** @throws NvmlError when the card or the driver is gone */
export function describeDevice(device: NvmlDevice): DeviceInfo {
  return {
    uuid: device.uuid,
    index: device.index(),
    minorNumber: orNull(() => device.minorNumber()),
    name: device.name(),
    serial: orNull(() => device.serial()),
    vbiosVersion: orNull(() => device.vbiosVersion()),
    brand: orNull(() => device.brand()),
    architecture: orNull(() => device.architecture()),
    computeCapability: orNull(() => device.cudaComputeCapability()),
    pci: orNull(() => device.pciInfo()),
    memoryBytes: orNull(() => device.memoryInfo().totalBytes),
    powerLimitRange: orNull(() => ({
      ...device.powerLimitRange(),
      defaultMilliwatts: device.defaultPowerLimitMilliwatts(),
    })),
    acousticThresholdRange: orNull(() => ({
      minimumC: device.temperatureThresholdC('acousticMinimum'),
      maximumC: device.temperatureThresholdC('acousticMaximum'),
    })),
    slowdownTemperatureC: orNull(() => device.temperatureThresholdC('slowdown')),
    shutdownTemperatureC: orNull(() => device.temperatureThresholdC('shutdown')),
    fanCount: orNull(() => device.fanCount()),
  };
}

export function readPciInfo(calls: DeviceCalls): PciInfo {
  const { memory } = calls;
  calls.check('pciInfo', memory.address);
  const { busId, domain, bus, device, pciDeviceId, pciSubSystemId } = ABI.pciInfo.fields;
  const numbers = {
    domain: memory.uint32(domain.offset),
    bus: memory.uint32(bus.offset),
    device: memory.uint32(device.offset),
  };
  // The older call knows only a shorter struct, without this text.
  const hasBusId = calls.find('pciInfo')?.symbol === 'nvmlDeviceGetPciInfo_v3';
  return {
    busId: hasBusId ? memory.text(busId.offset, busId.count) : formatBusId(numbers),
    ...numbers,
    deviceId: memory.uint32(pciDeviceId.offset),
    subsystemId: memory.uint32(pciSubSystemId.offset),
  };
}

/** NVML_DEVICE_PCI_BUS_ID_FMT */
function formatBusId(address: { domain: number; bus: number; device: number }): string {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${hex(address.domain, 8)}:${hex(address.bus, 2)}:${hex(address.device, 2)}.0`;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    const untold =
      isMissing(error.value) ||
      error.value === NVML_RETURN.NO_PERMISSION ||
      error.value === NVML_RETURN.NO_DATA ||
      error.value === NVML_RETURN.INVALID_ARGUMENT;
    if (!untold) throw error;
    return null;
  }
}
