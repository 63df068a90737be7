import { ABI, versionWord } from './abi.ts';
import { type DeviceCalls, isMissing } from './device-calls.ts';
import { CLOCK, type ClockEventReason, clockEventReasons, FIELD, TEMPERATURE_THRESHOLD } from './names.ts';
import { uint32At, uint64At } from './native-memory.ts';
import { NvmlError } from './nvml-error.ts';
import { type NvmlProcess, ProcessList } from './process-list.ts';
import { describeReturn, NVML_RETURN } from './return-codes.ts';
import type { NvmlSample, SampleFailure, SampleOptions } from './sample.ts';
import { callSlot, resetSlot, type Slot } from './sample-slot.ts';

const GPU_SENSOR = 0;
const PCIE_TRANSMIT = 0;
const PCIE_RECEIVE = 1;
const { SUCCESS } = NVML_RETURN;
const { graphics: CLOCK_GRAPHICS, memory: CLOCK_MEMORY } = CLOCK;
const { acousticCurrent: ACOUSTIC_CURRENT } = TEMPERATURE_THRESHOLD;
const UTILISATION_GPU = ABI.utilization.fields.gpu.offset;
const UTILISATION_MEMORY = ABI.utilization.fields.memory.offset;
const TEMPERATURE = ABI.temperature.fields;
const TEMPERATURE_VERSION = versionWord(ABI.temperature);
const FIELD_VALUE = ABI.fieldValue.fields;
const FIELD_RESULT = FIELD_VALUE.nvmlReturn.offset;
const FIELD_DATA = FIELD_VALUE.value.offset;
const SECOND_FIELD = ABI.fieldValue.size;
const MEMORY_V1 = ABI.memoryV1.fields;
const MEMORY_V2 = ABI.memoryV2.fields;
const MEMORY_VERSION = versionWord(ABI.memoryV2);
const NO_FAILURES: readonly SampleFailure[] = Object.freeze([]);
/** The card or NVML as a whole is gone: no single value is to blame. */
const FATAL: ReadonlySet<number> = new Set([
  NVML_RETURN.UNINITIALIZED,
  NVML_RETURN.DRIVER_NOT_LOADED,
  NVML_RETURN.GPU_IS_LOST,
  NVML_RETURN.RESET_REQUIRED,
  NVML_RETURN.LIB_RM_VERSION_MISMATCH,
]);

export interface Sampler {
  /** @throws NvmlError when the card or the driver is gone; everything less becomes null and an entry in `failures` */
  readonly sample: (options: SampleOptions) => NvmlSample;
  /** Makes calls again that were not supported before. */
  readonly reset: () => void;
}

/**
 * Reads a card's whole state with as few calls as possible and without native allocations: every call writes to
 * the same memory, and its result is taken out before the next call.
 *
 * A function with constants around it rather than a class with fields, and a place in the code for each call:
 * V8 then knows what is called there and does it by a third faster (`npm run bench:nvml`).
 */
export function createSampler(calls: DeviceCalls, uuid: string): Sampler {
  const { handle, session } = calls;
  const { view, address: out } = calls.memory;
  const computeList = new ProcessList(session, handle, 'compute');
  const graphicsList = new ProcessList(session, handle, 'graphics');
  const temperatureV = callSlot(calls, 'temperatureV');
  const temperature = callSlot(calls, 'temperature');
  const fieldValues = callSlot(calls, 'fieldValues');
  const energyField = callSlot(calls, 'fieldValues');
  const memoryTemperatureField = callSlot(calls, 'fieldValues');
  const power = callSlot(calls, 'powerUsage');
  const energy = callSlot(calls, 'totalEnergy');
  const utilisation = callSlot(calls, 'utilisation');
  const memoryV2 = callSlot(calls, 'memoryInfoV2');
  const memoryV1 = callSlot(calls, 'memoryInfoV1');
  const graphicsClock = callSlot(calls, 'clock');
  const memoryClock = callSlot(calls, 'clock');
  const fan = callSlot(calls, 'fanSpeed');
  const pcieTransmit = callSlot(calls, 'pcieThroughput');
  const pcieReceive = callSlot(calls, 'pcieThroughput');
  const reasons = callSlot(calls, 'clockEventReasons');
  const powerLimit = callSlot(calls, 'powerLimit');
  const acousticThreshold = callSlot(calls, 'temperatureThreshold');
  const compute = callSlot(calls, calls.find('computeProcesses') ? 'computeProcesses' : 'computeProcessesV1');
  const graphics = callSlot(
    calls,
    calls.find('graphicsProcesses') ? 'graphicsProcesses' : 'graphicsProcessesV1',
  );
  const slots: readonly Slot[] = [
    ...[
      temperatureV,
      temperature,
      fieldValues,
      energyField,
      memoryTemperatureField,
      power,
      energy,
      utilisation,
      memoryV2,
      memoryV1,
    ],
    ...[graphicsClock, memoryClock, fan, pcieTransmit, pcieReceive, reasons, powerLimit],
    ...[acousticThreshold, compute, graphics],
  ];
  const secondOut = out + SECOND_FIELD;
  let fieldEnergy: number | null = null;
  let fieldMemoryTemperature: number | null = null;
  let failures: SampleFailure[] | null = null;
  let lastReasonBits = -1;
  let lastReasons: readonly ClockEventReason[] = [];
  let lastComputing: readonly NvmlProcess[] | null = null;
  let lastDrawing: readonly NvmlProcess[] | null = null;
  let lastProcesses: readonly NvmlProcess[] | null = null;

  return { sample, reset };

  function reset(): void {
    for (const slot of slots) resetSlot(slot);
  }

  function sample(options: SampleOptions): NvmlSample {
    session.assertOpen('sample');
    failures = null;
    const temperatureC = readTemperature();
    readFields();
    const memoryTemperatureC = fieldMemoryTemperature;
    const energyMillijoules = readEnergy();
    const powerMilliwatts =
      power.isMissing || fails(power, power.invoke(handle, out)) ? null : uint32At(view, 0);
    const noUtilisation = utilisation.isMissing || fails(utilisation, utilisation.invoke(handle, out));
    const utilisationPercent = noUtilisation ? null : uint32At(view, UTILISATION_GPU);
    const memoryUtilisationPercent = noUtilisation ? null : uint32At(view, UTILISATION_MEMORY);
    const memoryLayout = readMemoryInfo();
    const memoryUsedBytes = memoryLayout === null ? null : uint64At(view, memoryLayout.used.offset);
    const memoryFreeBytes = memoryLayout === null ? null : uint64At(view, memoryLayout.free.offset);
    const graphicsClockMegahertz =
      graphicsClock.isMissing || fails(graphicsClock, graphicsClock.invoke(handle, CLOCK_GRAPHICS, out))
        ? null
        : uint32At(view, 0);
    const memoryClockMegahertz =
      memoryClock.isMissing || fails(memoryClock, memoryClock.invoke(handle, CLOCK_MEMORY, out))
        ? null
        : uint32At(view, 0);
    const fanPercent = fan.isMissing || fails(fan, fan.invoke(handle, out)) ? null : uint32At(view, 0);
    const throttleReasons =
      reasons.isMissing || fails(reasons, reasons.invoke(handle, out))
        ? null
        : reasonsOf(view.getUint32(0, true));
    const powerLimitMilliwatts =
      powerLimit.isMissing || fails(powerLimit, powerLimit.invoke(handle, out)) ? null : uint32At(view, 0);
    const acousticThresholdC =
      acousticThreshold.isMissing ||
      fails(acousticThreshold, acousticThreshold.invoke(handle, ACOUSTIC_CURRENT, out))
        ? null
        : uint32At(view, 0);
    const pcie = options.pcieThroughput === true;
    return {
      uuid,
      temperatureC,
      memoryTemperatureC,
      powerMilliwatts,
      energyMillijoules,
      utilisationPercent,
      memoryUtilisationPercent,
      memoryUsedBytes,
      memoryFreeBytes,
      graphicsClockMegahertz,
      memoryClockMegahertz,
      fanPercent,
      pcieTransmitKilobytesPerSecond: pcie ? readPcieTransmit() : null,
      pcieReceiveKilobytesPerSecond: pcie ? readPcieReceive() : null,
      throttleReasons,
      powerLimitMilliwatts,
      acousticThresholdC,
      processes: options.processes === false ? null : readProcesses(),
      failures: failures ?? NO_FAILURES,
      atMs: Date.now(),
    };
  }

  function readTemperature(): number | null {
    if (!temperatureV.isMissing) {
      view.setUint32(TEMPERATURE.version.offset, TEMPERATURE_VERSION, true);
      view.setUint32(TEMPERATURE.sensorType.offset, GPU_SENSOR, true);
      if (!fails(temperatureV, temperatureV.invoke(handle, out))) {
        return view.getInt32(TEMPERATURE.temperature.offset, true);
      }
    }
    if (!temperatureV.isMissing || temperature.isMissing) return null;
    return fails(temperature, temperature.invoke(handle, GPU_SENSOR, out)) ? null : uint32At(view, 0);
  }

  /** Two values in one call. What the card is known to lack is not asked for; each has a place of its own. */
  function readFields(): void {
    fieldEnergy = null;
    fieldMemoryTemperature = null;
    const first = energyField.isMissing ? 1 : 0;
    const end = memoryTemperatureField.isMissing ? 1 : 2;
    if (fieldValues.isMissing || first === end) return;
    view.setUint32(FIELD_VALUE.fieldId.offset, FIELD.totalEnergy, true);
    view.setUint32(FIELD_VALUE.scopeId.offset, 0, true);
    view.setUint32(SECOND_FIELD + FIELD_VALUE.fieldId.offset, FIELD.memoryTemperature, true);
    view.setUint32(SECOND_FIELD + FIELD_VALUE.scopeId.offset, 0, true);
    if (fails(fieldValues, fieldValues.invoke(handle, end - first, first === 0 ? out : secondOut))) return;
    // The call succeeds as a whole; whether the card knows a field stands in the field.
    if (first === 0 && !fails(energyField, view.getUint32(FIELD_RESULT, true))) {
      fieldEnergy = uint64At(view, FIELD_DATA);
    }
    if (end === 2 && !fails(memoryTemperatureField, view.getUint32(SECOND_FIELD + FIELD_RESULT, true))) {
      fieldMemoryTemperature = uint32At(view, SECOND_FIELD + FIELD_DATA);
    }
  }

  /** The field where the driver knows it, else the call of its own. */
  function readEnergy(): number | null {
    if (fieldEnergy !== null) return fieldEnergy;
    if (energy.isMissing || !(energyField.isMissing || fieldValues.isMissing)) return null;
    return fails(energy, energy.invoke(handle, out)) ? null : uint64At(view, 0);
  }

  /** @returns where used and free stand, or null */
  function readMemoryInfo(): typeof MEMORY_V1 | typeof MEMORY_V2 | null {
    if (!memoryV2.isMissing) {
      view.setUint32(MEMORY_V2.version.offset, MEMORY_VERSION, true);
      if (!fails(memoryV2, memoryV2.invoke(handle, out))) return MEMORY_V2;
    }
    if (!memoryV2.isMissing || memoryV1.isMissing) return null;
    return fails(memoryV1, memoryV1.invoke(handle, out)) ? null : MEMORY_V1;
  }

  function readPcieTransmit(): number | null {
    if (pcieTransmit.isMissing) return null;
    return fails(pcieTransmit, pcieTransmit.invoke(handle, PCIE_TRANSMIT, out)) ? null : uint32At(view, 0);
  }

  function readPcieReceive(): number | null {
    if (pcieReceive.isMissing) return null;
    return fails(pcieReceive, pcieReceive.invoke(handle, PCIE_RECEIVE, out)) ? null : uint32At(view, 0);
  }

  function reasonsOf(bits: number): readonly ClockEventReason[] {
    if (bits !== lastReasonBits) {
      lastReasonBits = bits;
      lastReasons = clockEventReasons(bits);
    }
    return lastReasons;
  }

  /** null only when neither list can be read. */
  function readProcesses(): readonly NvmlProcess[] | null {
    let computing: readonly NvmlProcess[] | null = null;
    let drawing: readonly NvmlProcess[] | null = null;
    if (!compute.isMissing) {
      computeList.prepare();
      const answer = compute.invoke(handle, computeList.countAddress, computeList.entriesAddress);
      if (!fails(compute, computeList.finish(answer))) computing = computeList.processes;
    }
    if (!graphics.isMissing) {
      graphicsList.prepare();
      const answer = graphics.invoke(handle, graphicsList.countAddress, graphicsList.entriesAddress);
      if (!fails(graphics, graphicsList.finish(answer))) drawing = graphicsList.processes;
    }
    if (computing !== lastComputing || drawing !== lastDrawing) {
      lastComputing = computing;
      lastDrawing = drawing;
      lastProcesses =
        computing === null && drawing === null
          ? null
          : Object.freeze([...(computing ?? []), ...(drawing ?? [])]);
    }
    return lastProcesses;
  }

  function fails(slot: Slot, result: number): boolean {
    return result !== SUCCESS && refuse(slot, result);
  }

  /** Apart from `fails`, to keep that small enough to be inlined. @returns true */
  function refuse(slot: Slot, result: number): true {
    if (FATAL.has(result)) throw new NvmlError(slot.symbol, result);
    if (isMissing(result)) slot.isMissing = true;
    else {
      failures ??= [];
      failures.push({ call: slot.symbol, code: describeReturn(result).code });
    }
    return true;
  }
}
