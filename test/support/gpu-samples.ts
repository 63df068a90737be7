import type { GpuSample } from '../../src/shared/gpu.ts';

export const TEST_GPU_UUID = 'GPU-0a1b2c3d-0000-4000-8000-000000000001';

export function gpuSample(change: Partial<GpuSample> = {}): GpuSample {
  return {
    uuid: TEST_GPU_UUID,
    atMs: 0,
    temperatureC: 40,
    memoryTemperatureC: null,
    powerMilliwatts: 12_000,
    energyMillijoules: 0,
    utilisationPercent: 0,
    memoryUtilisationPercent: 0,
    memoryUsedBytes: 500_000_000,
    memoryFreeBytes: 12_378_610_432,
    graphicsClockMegahertz: 210,
    memoryClockMegahertz: 405,
    fanPercent: 0,
    pcieTransmitKilobytesPerSecond: 0,
    pcieReceiveKilobytesPerSecond: 0,
    throttleReasons: ['idle'],
    powerLimitMilliwatts: 200_000,
    acousticThresholdC: 83,
    processes: [],
    ...change,
  };
}
