import type { GpuDevice, GpuSample } from '../../src/shared/gpu.ts';
import { DEFAULT_GPU_PREFERENCES, GPU_PRESETS } from '../../src/shared/gpu-preferences.ts';
import type { EnergyPage, GpuHistory, GpusPage, GpuView, Profit } from '../../src/shared/local-api.ts';

/** Cards as the dashboard sees them: plausible figures of a mid-range card at work. */
export const CARD_UUID = 'GPU-8f3a5c0d-21b9-4e77-86f1-a2b3c4d5e6f7';
export const OTHER_UUID = 'GPU-11111111-2222-3333-4444-555555555555';
const GIBIBYTE = 1024 ** 3;

const gibibytes = (count: number) => Math.round(count * GIBIBYTE);

export function gpuDevice(change: Partial<GpuDevice> = {}): GpuDevice {
  return {
    uuid: CARD_UUID,
    index: 0,
    minorNumber: 0,
    name: 'NVIDIA GeForce RTX 4070 Ti SUPER',
    pciBusId: '00000000:01:00.0',
    computeCapability: '8.9',
    memoryBytes: 16 * GIBIBYTE,
    powerLimitRange: {
      minimumMilliwatts: 100_000,
      maximumMilliwatts: 320_000,
      defaultMilliwatts: 285_000,
    },
    acousticThresholdRange: { minimumC: 65, maximumC: 90 },
    slowdownTemperatureC: 96,
    shutdownTemperatureC: 101,
    hasEnergyCounter: true,
    canLimit: { power: true, acoustic: true },
    ...change,
  };
}

export function gpuSample(change: Partial<GpuSample> = {}): GpuSample {
  return {
    uuid: CARD_UUID,
    atMs: Date.now(),
    temperatureC: 71,
    memoryTemperatureC: 78,
    powerMilliwatts: 226_400,
    energyMillijoules: 8_123_456_000,
    utilisationPercent: 97,
    memoryUtilisationPercent: 61,
    memoryUsedBytes: gibibytes(7.4),
    memoryFreeBytes: gibibytes(8.6),
    graphicsClockMegahertz: 2520,
    memoryClockMegahertz: 10_501,
    fanPercent: 46,
    pcieTransmitKilobytesPerSecond: 3120,
    pcieReceiveKilobytesPerSecond: 1_420_000,
    throttleReasons: ['software-power-cap'],
    powerLimitMilliwatts: 228_000,
    acousticThresholdC: 72,
    processes: [
      { pid: 48_211, kind: 'compute', usedBytes: gibibytes(5.9) },
      { pid: 1873, kind: 'graphics', usedBytes: gibibytes(0.9) },
      { pid: 2991, kind: 'graphics', usedBytes: gibibytes(0.3) },
    ],
    ...change,
  };
}

export function gpuView(change: Partial<GpuView> = {}): GpuView {
  return {
    device: gpuDevice(),
    preferences: DEFAULT_GPU_PREFERENCES,
    preset: 'balanced',
    targets: GPU_PRESETS.balanced,
    sample: gpuSample(),
    mayRun: true,
    detail: null,
    dutyCycle: 1,
    held: { powerLimitMilliwatts: 228_000, acousticThresholdC: 72 },
    enforcement: { temperature: 'hardware', power: 'hardware' },
    problem: null,
    ...change,
  };
}

export function gpusPage(change: Partial<GpusPage> = {}): GpusPage {
  return {
    state: 'ready',
    detail: null,
    driverVersion: '580.95.05',
    cudaVersion: '13.0',
    authority: 'helper',
    authorityDetail: 'Through the helper, version 0.1.0.',
    helper: { state: 'installed', busy: null, detail: 'The helper runs as a system service.' },
    gpus: [gpuView()],
    ...change,
  };
}

/** A card whose limits nobody may set: pauses between runs do the work. */
export function pacedPage(): GpusPage {
  return gpusPage({
    authority: 'none',
    authorityDetail: 'Setting limits needs administrator rights, which Gata does not have.',
    helper: {
      state: 'not-installed',
      busy: null,
      detail: 'The helper would let the card itself keep the limits.',
    },
    gpus: [
      gpuView({
        device: gpuDevice({ canLimit: { power: false, acoustic: false } }),
        held: { powerLimitMilliwatts: null, acousticThresholdC: null },
        sample: gpuSample({ powerLimitMilliwatts: 285_000, acousticThresholdC: 84 }),
        enforcement: { temperature: 'pacing', power: 'pacing' },
        dutyCycle: 0.72,
      }),
    ],
  });
}

export function absentPage(): GpusPage {
  return gpusPage({
    state: 'absent',
    detail: 'libnvidia-ml.so.1 is not installed.',
    driverVersion: null,
    cudaVersion: null,
    authority: 'none',
    gpus: [],
  });
}

export function twoCardsPage(): GpusPage {
  const device = gpuDevice({
    uuid: OTHER_UUID,
    index: 1,
    name: 'NVIDIA GeForce RTX 3060',
    slowdownTemperatureC: null,
  });
  const sample = gpuSample({
    uuid: OTHER_UUID,
    temperatureC: 41,
    powerMilliwatts: 14_300,
    utilisationPercent: 0,
  });
  return gpusPage({ gpus: [gpuView(), gpuView({ device, sample })] });
}

/** Readings at two a second that end now: an idle start, then work with a wave in it. */
export function gpuHistory({
  uuid = CARD_UUID,
  readings = 7200,
  endsAtMs = Date.now(),
}: {
  uuid?: string;
  readings?: number;
  endsAtMs?: number;
} = {}): GpuHistory {
  const rows = Array.from({ length: readings }, (_, row) => row);
  const load = (row: number) => (row < readings * 0.2 ? 0 : 1 - Math.exp(-(row - readings * 0.2) / 400));
  const wave = (row: number) => Math.sin(row / 97) + 0.4 * Math.sin(row / 7.3) + 0.3 * Math.sin(row * 1.9);
  const column = (value: (row: number) => number) => rows.map(value);
  return {
    uuid,
    atMs: column((row) => endsAtMs - (readings - 1 - row) * 500),
    temperatureC: column((row) => Math.round(38 + 33 * load(row) + wave(row) * 0.9)),
    memoryTemperatureC: column((row) => Math.round(44 + 34 * load(row) + wave(row + 40))),
    powerMilliwatts: column((row) => Math.round(21_000 + load(row) * (200_000 + 9000 * wave(row)))),
    utilisationPercent: column((row) =>
      Math.max(0, Math.min(100, Math.round(load(row) * (95 + 5 * wave(row))))),
    ),
    memoryUsedBytes: column((row) => Math.round((1.1 + (load(row) > 0 ? 6.3 : 0)) * GIBIBYTE)),
    fanPercent: column((row) => Math.max(0, Math.round(load(row) * 45 + wave(row)))),
    graphicsClockMegahertz: column((row) => Math.round(210 + load(row) * 2310)),
  };
}

const DAY: Profit = {
  energyJoules: 4_464_000,
  earnedWei: '12847391200000000000',
  currency: 'EUR',
  electricityCost: 0.3596,
  earnedValue: 0.7708,
  net: 0.4112,
};

export function profit(change: Partial<Profit> = {}): Profit {
  return { ...DAY, ...change };
}

/** A week, newest day first. */
export function energyPage(change: Partial<EnergyPage> = {}): EnergyPage {
  const days = Array.from({ length: 7 }, (_, index) => {
    const share = [1, 1.31, 0.62, 0.11, 1.7, 0.94, 1.2][index] ?? 1;
    const isLoss = index === 3;
    return {
      date: new Date(Date.now() - index * 86_400_000).toISOString().slice(0, 10),
      energyJoules: DAY.energyJoules * share,
      earnedWei: String(BigInt(Math.round(share * 1284)) * 10n ** 16n),
      currency: 'EUR',
      electricityCost: 0.36 * share,
      earnedValue: isLoss ? 0.01 : 0.77 * share,
      net: isLoss ? 0.01 - 0.36 * share : 0.41 * share,
    };
  });
  return { days, earnedWeiPerKilowattHour: '10358000000000000000', ...change };
}
