import type { NvmlDevice } from './device.ts';
import { isMissing } from './device-calls.ts';
import { mapValues } from './map-values.ts';
import { FIELD } from './names.ts';
import { NvmlError } from './nvml-error.ts';

export type CapabilityState =
  | 'supported'
  /** The card, the driver or the library does not have it. */
  | 'not-supported'
  | 'no-permission'
  /** It could not be found out now, such as the memory of processes while there is none. */
  | 'unknown';

/** Finds out by calling: returns or throws as the call does; a state where the call alone does not tell. */
type Probe = (device: NvmlDevice) => CapabilityState | undefined;

const PROBES = {
  temperature: (device) => void device.temperatureC(),
  memoryTemperature: (device) => fieldState(device, FIELD.memoryTemperature),
  marginTemperature: (device) => void device.marginTemperatureC(),
  temperatureThresholds: (device) => void device.temperatureThresholdC('slowdown'),
  acousticThreshold: (device) => void device.temperatureThresholdC('acousticCurrent'),
  fan: (device) => void device.fanPercent(),
  fanRpm: (device) => void device.fanRpm(0),
  powerSource: (device) => void device.powerSource(),
  power: (device) => void device.powerMilliwatts(),
  powerLimit: (device) => void device.powerLimitMilliwatts(),
  powerLimitRange: (device) => void device.powerLimitRange(),
  energyCounter: (device) => void device.energyMillijoules(),
  utilisation: (device) => void device.utilisation(),
  encoderUtilisation: (device) => void device.encoderUtilisation(),
  decoderUtilisation: (device) => void device.decoderUtilisation(),
  clocks: (device) => void device.clockMegahertz('graphics'),
  performanceState: (device) => void device.performanceState(),
  clockEventReasons: (device) => void device.clockEventReasons(),
  violationStatus: (device) => void device.violationStatus('thermal'),
  memoryInfo: (device) => void device.memoryInfo(),
  bar1Memory: (device) => void device.bar1Memory(),
  ecc: (device) => void device.eccMode(),
  pcieLink: (device) => void device.pcieLink(),
  pcieThroughput: (device) => void device.pcieThroughput(),
  processes: (device) => void device.computeProcesses(),
  graphicsProcesses: (device) => void device.graphicsProcesses(),
  processMemory: processMemoryState,
  processUtilisation: (device) => void device.processUtilisation(),
  persistenceMode: (device) => void device.persistenceMode(),
  events: (device) => (device.supportedEventTypes() === 0 ? 'not-supported' : 'supported'),
} as const satisfies Readonly<Record<string, Probe>>;

export type Capability = keyof typeof PROBES;

/**
 * Makes every reading call once and sorts the answers. Takes more than 40 ms on real cards, because PCIe
 * throughput is measured while the call waits.
 *
 * @throws NvmlError when the card or the driver is gone
 */
export function probeCapabilities(device: NvmlDevice): Readonly<Record<Capability, CapabilityState>> {
  return Object.freeze(mapValues(PROBES, (probe: Probe) => stateOf(() => probe(device) ?? 'supported')));
}

export function supported(
  capabilities: Readonly<Record<Capability, CapabilityState>>,
): Readonly<Record<Capability, boolean>> {
  return Object.freeze(mapValues(capabilities, (state) => state === 'supported'));
}

function stateOf(probe: () => CapabilityState): CapabilityState {
  try {
    return probe();
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    if (isMissing(error.value)) return 'not-supported';
    switch (error.code) {
      case 'NO_PERMISSION':
        return 'no-permission';
      case 'UNINITIALIZED':
      case 'DRIVER_NOT_LOADED':
      case 'GPU_IS_LOST':
      case 'RESET_REQUIRED':
      case 'LIB_RM_VERSION_MISMATCH':
        throw error;
      default:
        return 'unknown';
    }
  }
}

function fieldState(device: NvmlDevice, field: number): CapabilityState {
  const [reading] = device.fieldValues([field]);
  if (reading?.failure === null) return 'supported';
  switch (reading?.failure) {
    case 'NOT_SUPPORTED':
    case 'FUNCTION_NOT_FOUND':
    case 'INVALID_ARGUMENT':
    case 'ARGUMENT_VERSION_MISMATCH':
      return 'not-supported';
    case 'NO_PERMISSION':
      return 'no-permission';
    default:
      return 'unknown';
  }
}

function processMemoryState(device: NvmlDevice): CapabilityState {
  const processes = [...device.computeProcesses(), ...device.graphicsProcesses()];
  if (processes.length === 0) return 'unknown';
  return processes.some(({ usedBytes }) => usedBytes !== null) ? 'supported' : 'not-supported';
}
