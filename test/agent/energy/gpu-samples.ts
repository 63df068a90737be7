import type { GpuSample } from '../../../src/shared/gpu.ts';

export const CARD = 'GPU-12345678-1234-1234-1234-123456789012';

/** A reading of a card that tells only what the test says. */
export function gpuSample(told: Partial<GpuSample> & { atMs: number }): GpuSample {
  return {
    uuid: CARD,
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
    ...told,
  };
}
