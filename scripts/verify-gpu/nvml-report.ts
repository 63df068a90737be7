import { FIELD, type Nvml, type NvmlDevice, NvmlError } from 'node-nvml';
import { percentile } from '../start/summary.ts';

/** Samples that are timed per kind, and the longest that this may take. */
const TIMED_SAMPLES = 200;
const TIMING_LIMIT_MS = 2000;

/** One call: what it answered or why not, and how long it took. */
type Reading = { readonly microseconds: number } & (
  | { readonly value: unknown }
  | { readonly error: { readonly code: string; readonly value: number; readonly call: string } }
);

const CLOCKS = ['graphics', 'sm', 'memory', 'video'] as const;
const THRESHOLDS = [
  'shutdown',
  'slowdown',
  'memoryMaximum',
  'gpuMaximum',
  'acousticMinimum',
  'acousticCurrent',
  'acousticMaximum',
  'gpsCurrent',
] as const;
const POLICIES = ['power', 'thermal', 'boardLimit', 'reliability'] as const;

/** Every reading that the package offers, by name. None of them changes anything. */
const READINGS: Readonly<Record<string, (device: NvmlDevice) => unknown>> = {
  temperatureC: (device) => device.temperatureC(),
  marginTemperatureC: (device) => device.marginTemperatureC(),
  ...each('temperatureThresholdC', THRESHOLDS, (device, name) => device.temperatureThresholdC(name)),
  powerMilliwatts: (device) => device.powerMilliwatts(),
  powerSource: (device) => device.powerSource(),
  powerLimitMilliwatts: (device) => device.powerLimitMilliwatts(),
  enforcedPowerLimitMilliwatts: (device) => device.enforcedPowerLimitMilliwatts(),
  defaultPowerLimitMilliwatts: (device) => device.defaultPowerLimitMilliwatts(),
  powerLimitRange: (device) => device.powerLimitRange(),
  energyMillijoules: (device) => device.energyMillijoules(),
  utilisation: (device) => device.utilisation(),
  encoderUtilisation: (device) => device.encoderUtilisation(),
  decoderUtilisation: (device) => device.decoderUtilisation(),
  ...each('clockMegahertz', CLOCKS, (device, name) => device.clockMegahertz(name)),
  ...each('maximumClockMegahertz', CLOCKS, (device, name) => device.maximumClockMegahertz(name)),
  performanceState: (device) => device.performanceState(),
  clockEventReasons: (device) => device.clockEventReasons(),
  ...each('violationStatus', POLICIES, (device, name) => device.violationStatus(name)),
  fanCount: (device) => device.fanCount(),
  fanPercent: (device) => device.fanPercent(),
  'fanPercent.0': (device) => device.fanPercent(0),
  'fanRpm.0': (device) => device.fanRpm(0),
  pcieLink: (device) => device.pcieLink(),
  pcieThroughput: (device) => device.pcieThroughput(),
  memoryInfo: (device) => device.memoryInfo(),
  bar1Memory: (device) => device.bar1Memory(),
  eccMode: (device) => device.eccMode(),
  eccCorrectedVolatile: (device) => device.eccErrors('corrected', 'volatile'),
  eccUncorrectedAggregate: (device) => device.eccErrors('uncorrected', 'aggregate'),
  computeProcesses: (device) => device.computeProcesses(),
  graphicsProcesses: (device) => device.graphicsProcesses(),
  processUtilisation: (device) => device.processUtilisation(),
  fieldValues: (device) => device.fieldValues(Object.values(FIELD)),
  persistenceMode: (device) => device.persistenceMode(),
  supportedEventTypes: (device) => device.supportedEventTypes(),
};

function each<Name extends string>(
  prefix: string,
  names: readonly Name[],
  read: (device: NvmlDevice, name: Name) => unknown,
): Record<string, (device: NvmlDevice) => unknown> {
  return Object.fromEntries(
    names.map((name) => [`${prefix}.${name}`, (device: NvmlDevice) => read(device, name)]),
  );
}

/** All that NVML tells. @throws NvmlError when the driver goes away meanwhile */
export function describeNvml(nvml: Nvml) {
  const cuda = reading(() => nvml.cudaDriverVersion());
  return {
    libraryPath: nvml.libraryPath,
    driverVersion: nvml.driverVersion(),
    nvmlVersion: nvml.nvmlVersion(),
    cudaDriverVersion: cuda,
    inaccessible: nvml
      .inaccessibleDevices()
      .map(({ index, error }) => ({ index, code: error.code, call: error.call })),
    devices: nvml.devices().map(describeDevice),
  };
}

function describeDevice(device: NvmlDevice) {
  return {
    info: device.info(),
    capabilities: device.capabilities,
    readings: Object.fromEntries(
      Object.entries(READINGS).map(([name, read]) => [name, reading(() => read(device))]),
    ),
    sample: device.sample({ pcieThroughput: true }),
    sampleMicrosecondsP50: {
      whole: sampleCost(device, { processes: true }),
      withoutProcesses: sampleCost(device, { processes: false }),
    },
  };
}

function reading(read: () => unknown): Reading {
  const startedMs = performance.now();
  try {
    return { value: read(), microseconds: since(startedMs) };
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    const { code, value, call } = error;
    return { error: { code, value, call }, microseconds: since(startedMs) };
  }
}

function sampleCost(device: NvmlDevice, options: { processes: boolean }): number {
  const untilMs = performance.now() + TIMING_LIMIT_MS;
  const costs: number[] = [];
  while (costs.length < TIMED_SAMPLES && performance.now() < untilMs) {
    const startedMs = performance.now();
    device.sample(options);
    costs.push(since(startedMs));
  }
  return percentile(costs, 0.5);
}

function since(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 1000);
}
