import { type DeviceInfo, type NvmlDevice, NvmlError } from 'node-nvml';
import type { HelperErrorCode } from '../../shared/gpu-helper-protocol.ts';
import { LimitError } from './limit-error.ts';
import type { LimitableCard } from './limitable-card.ts';

/** A card of NVML, as far as its limits go. */
export class NvmlLimitableCard implements LimitableCard {
  readonly uuid: string;
  readonly powerLimitRange: LimitableCard['powerLimitRange'];
  readonly acousticThresholdRange: LimitableCard['acousticThresholdRange'];
  readonly #device: NvmlDevice;

  /** @param info `device.info()`, which takes some 20 calls */
  constructor(device: NvmlDevice, info: DeviceInfo) {
    this.#device = device;
    this.uuid = info.uuid;
    this.powerLimitRange = info.powerLimitRange;
    this.acousticThresholdRange = info.acousticThresholdRange;
  }

  getPowerLimitMilliwatts(): number {
    return translated(() => this.#device.powerLimitMilliwatts());
  }

  setPowerLimitMilliwatts(milliwatts: number): void {
    translated(() => this.#device.setPowerLimit(milliwatts));
  }

  getAcousticThresholdC(): number {
    return translated(() => this.#device.temperatureThresholdC('acousticCurrent'));
  }

  setAcousticThresholdC(celsius: number): void {
    translated(() => this.#device.setTemperatureThreshold('acousticCurrent', celsius));
  }
}

function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    throw new LimitError(limitErrorCode(error), error.message, { cause: error });
  }
}

function limitErrorCode({ code }: NvmlError): HelperErrorCode {
  switch (code) {
    case 'NO_PERMISSION':
      return 'not-allowed';
    case 'NOT_SUPPORTED':
    case 'FUNCTION_NOT_FOUND':
    case 'ARGUMENT_VERSION_MISMATCH':
      return 'not-supported';
    case 'UNINITIALIZED':
    case 'DRIVER_NOT_LOADED':
    case 'GPU_IS_LOST':
    case 'RESET_REQUIRED':
    case 'LIB_RM_VERSION_MISMATCH':
      return 'driver-unavailable';
    default:
      return 'failed';
  }
}
