/** Names for the numbers in NVML's answers (nvml.h). */

/** Why a card runs slower than it could, most harmless first. */
export type ClockEventReason =
  | 'idle'
  | 'application-clocks'
  | 'display-clocks'
  | 'sync-boost'
  | 'software-power-cap'
  | 'software-thermal'
  | 'hardware-power-brake'
  | 'hardware-thermal'
  | 'hardware-slowdown';

const CLOCK_EVENT_REASONS: readonly (readonly [bit: number, reason: ClockEventReason])[] = [
  [0x001, 'idle'],
  [0x002, 'application-clocks'],
  [0x100, 'display-clocks'],
  [0x010, 'sync-boost'],
  [0x004, 'software-power-cap'],
  [0x020, 'software-thermal'],
  [0x080, 'hardware-power-brake'],
  [0x040, 'hardware-thermal'],
  [0x008, 'hardware-slowdown'],
];

/** @param bits nvmlClocksEventReasons; bits newer than this package are left out */
export function clockEventReasons(bits: number): readonly ClockEventReason[] {
  return Object.freeze(CLOCK_EVENT_REASONS.filter(([bit]) => (bits & bit) !== 0).map(([, reason]) => reason));
}

/** nvmlClockType_t */
export const CLOCK = { graphics: 0, sm: 1, memory: 2, video: 3 } as const;
export type NvmlClock = keyof typeof CLOCK;

/** nvmlTemperatureThresholds_t */
export const TEMPERATURE_THRESHOLD = {
  shutdown: 0,
  slowdown: 1,
  memoryMaximum: 2,
  gpuMaximum: 3,
  acousticMinimum: 4,
  acousticCurrent: 5,
  acousticMaximum: 6,
  gpsCurrent: 7,
} as const;
export type NvmlTemperatureThreshold = keyof typeof TEMPERATURE_THRESHOLD;

/** nvmlPerfPolicyType_t: what a violation counter counts. */
export const PERFORMANCE_POLICY = {
  power: 0,
  thermal: 1,
  syncBoost: 2,
  boardLimit: 3,
  lowUtilisation: 4,
  reliability: 5,
  totalApplicationClocks: 10,
  totalBaseClocks: 11,
} as const;
export type NvmlPerformancePolicy = keyof typeof PERFORMANCE_POLICY;

/** Field ids for `device.fieldValues()`; any other number of the header works as well. */
export const FIELD = {
  /** °C */
  memoryTemperature: 82,
  /** mJ */
  totalEnergy: 83,
  /** mW, over the last second. */
  averagePower: 185,
  /** mW */
  instantPower: 186,
  /** mW */
  minimumPowerLimit: 187,
  maximumPowerLimit: 188,
  defaultPowerLimit: 189,
  currentPowerLimit: 190,
  requestedPowerLimit: 192,
} as const;

/** nvmlBrandType_t */
const BRANDS: Readonly<Record<number, string>> = {
  1: 'Quadro',
  2: 'Tesla',
  3: 'NVS',
  4: 'GRID',
  5: 'GeForce',
  6: 'TITAN',
  7: 'NVIDIA vApps',
  8: 'NVIDIA vPC',
  9: 'NVIDIA vCS',
  10: 'NVIDIA vWS',
  11: 'NVIDIA Cloud Gaming',
  12: 'Quadro RTX',
  13: 'NVIDIA RTX',
  14: 'NVIDIA',
  15: 'GeForce RTX',
  16: 'TITAN RTX',
};

/** null: unknown, or newer than this package. */
export function brandName(brand: number): string | null {
  return BRANDS[brand] ?? null;
}

/** nvmlDeviceArchitecture_t */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  2: 'Kepler',
  3: 'Maxwell',
  4: 'Pascal',
  5: 'Volta',
  6: 'Turing',
  7: 'Ampere',
  8: 'Ada',
  9: 'Hopper',
  10: 'Blackwell',
};

/** null: unknown, or newer than this package. */
export function architectureName(architecture: number): string | null {
  return ARCHITECTURES[architecture] ?? null;
}
