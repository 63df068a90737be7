import { type DeviceInfo, NVML_RETURN, type NvmlDevice, NvmlError, type WriteSupport } from 'node-nvml';
import { type GpuDevice, type GpuSample, gpuSampleSchema } from '../../shared/gpu.ts';
import type { LimitableCard } from '../limits/limitable-card.ts';
import { NvmlLimitableCard } from '../limits/nvml-limitable-card.ts';

/** PCIe throughput blocks for some 40 ms a reading, so that it is read no more often than this. */
const PCIE_EVERY_MS = 5000;

/** One card of this machine. Its methods throw NvmlError when the card or the driver is gone. */
export class Card {
  readonly uuid: string;
  readonly limitable: LimitableCard;
  readonly #device: NvmlDevice;
  readonly #info: DeviceInfo;
  readonly #hasEnergyCounter: boolean;
  #pcieReadAtMs = Number.NEGATIVE_INFINITY;
  #pcieTransmit: number | null = null;
  #pcieReceive: number | null = null;

  constructor(device: NvmlDevice) {
    this.#device = device;
    this.#info = device.info();
    this.uuid = this.#info.uuid;
    this.limitable = new NvmlLimitableCard(device, this.#info);
    this.#hasEnergyCounter = device.sample({ processes: false }).energyMillijoules !== null;
  }

  describe(canLimit: GpuDevice['canLimit']): GpuDevice {
    const { index, name, pci, minorNumber, computeCapability, memoryBytes } = this.#info;
    const { powerLimitRange, acousticThresholdRange, slowdownTemperatureC, shutdownTemperatureC } =
      this.#info;
    return {
      uuid: this.uuid,
      index,
      name,
      pciBusId: pci?.busId ?? '',
      minorNumber,
      computeCapability: computeCapability && `${computeCapability.major}.${computeCapability.minor}`,
      memoryBytes: memoryBytes ?? 0,
      powerLimitRange,
      acousticThresholdRange,
      slowdownTemperatureC,
      shutdownTemperatureC,
      hasEnergyCounter: this.#hasEnergyCounter,
      canLimit,
    };
  }

  /** Whether limits may be set with the rights of this process; sets them to what they are to find out. */
  probeWrites(): WriteSupport {
    return this.#device.probeWrites();
  }

  /**
   * Throughput is that of the latest reading, at most some seconds old; whatever the driver tells that makes no
   * sense is null.
   */
  sample(): GpuSample {
    const pcieThroughput = performance.now() - this.#pcieReadAtMs >= PCIE_EVERY_MS;
    const { failures, ...values } = this.#device.sample({ pcieThroughput });
    if (values.temperatureC === null && values.powerMilliwatts === null) {
      // Single values fail now and then; a card of which these two do is not there.
      const failure = failures.find(({ code }) => code === 'UNKNOWN');
      if (failure !== undefined) throw new NvmlError(failure.call, NVML_RETURN.UNKNOWN);
    }
    if (pcieThroughput) {
      this.#pcieReadAtMs = performance.now();
      this.#pcieTransmit = values.pcieTransmitKilobytesPerSecond;
      this.#pcieReceive = values.pcieReceiveKilobytesPerSecond;
    }
    return sensible({
      ...values,
      pcieTransmitKilobytesPerSecond: this.#pcieTransmit,
      pcieReceiveKilobytesPerSecond: this.#pcieReceive,
      throttleReasons: values.throttleReasons && [...values.throttleReasons],
      processes: values.processes && [...values.processes],
    });
  }
}

/** A sample that says nothing, for a card that does not answer. */
export function emptySample(uuid: string, atMs: number): GpuSample {
  return {
    uuid,
    atMs,
    temperatureC: null,
    memoryTemperatureC: null,
    powerMilliwatts: null,
    energyMillijoules: null,
    utilisationPercent: null,
    memoryUtilisationPercent: null,
    memoryUsedBytes: null,
    memoryFreeBytes: null,
    graphicsClockMegahertz: null,
    memoryClockMegahertz: null,
    fanPercent: null,
    pcieTransmitKilobytesPerSecond: null,
    pcieReceiveKilobytesPerSecond: null,
    throttleReasons: null,
    powerLimitMilliwatts: null,
    acousticThresholdC: null,
    processes: null,
  };
}

/** The sample with every value set to null that breaks the contract, such as a utilisation of 4000 %. */
function sensible(sample: GpuSample): GpuSample {
  const checked = gpuSampleSchema.safeParse(sample);
  if (checked.success) return sample;
  const broken = new Set(checked.error.issues.map(({ path }) => String(path[0])));
  const entries = Object.entries(emptySample(sample.uuid, sample.atMs)).map(([field, nothing]) => [
    field,
    broken.has(field) ? nothing : Reflect.get(sample, field),
  ]);
  return gpuSampleSchema.parse(Object.fromEntries(entries));
}
