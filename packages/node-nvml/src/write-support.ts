import type { NvmlDevice } from './device.ts';
import { NvmlError } from './nvml-error.ts';

export type Writable = 'yes' | 'no-permission' | 'not-supported';

/** Which limits may be set on a card, with the rights of this process. */
export interface WriteSupport {
  readonly powerLimitWritable: Writable;
  readonly acousticThresholdWritable: Writable;
}

/** Sets every limit to its present value. @throws NvmlError for anything but a refusal */
export function probeWrites(device: NvmlDevice): WriteSupport {
  return {
    powerLimitWritable: attempt(() => device.setPowerLimit(device.powerLimitMilliwatts())),
    acousticThresholdWritable: attempt(() =>
      device.setTemperatureThreshold('acousticCurrent', device.temperatureThresholdC('acousticCurrent')),
    ),
  };
}

function attempt(write: () => void): Writable {
  try {
    write();
    return 'yes';
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    switch (error.code) {
      case 'NO_PERMISSION':
        return 'no-permission';
      case 'NOT_SUPPORTED':
      case 'FUNCTION_NOT_FOUND':
      case 'ARGUMENT_VERSION_MISMATCH':
      // Some laptops answer so to every value, the present one included.
      case 'INVALID_ARGUMENT':
      case 'NO_DATA':
        return 'not-supported';
      default:
        throw error;
    }
  }
}
