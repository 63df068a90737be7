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
const FIELD_VALUE = ABI.fieldValue.fields;
const TEMPERATURE_VERSION = versionWord(ABI.temperature);
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

/**
 * Reads a card's whole state with as few calls as possible and without native allocations: every call writes to
 * the same memory, and its result is taken out before the next call.
 */
export class Sampler {
  readonly #calls: DeviceCalls;
  readonly #uuid: string;
  readonly #handle: number;
  readonly #view: DataView;
  readonly #out: number;
  readonly #computeList: ProcessList;
  readonly #graphicsList: ProcessList;
  readonly #slots: ReturnType<typeof slotsOf>;
  #failures: SampleFailure[] | null = null;
  #lastComputing: readonly NvmlProcess[] | null = null;
  #lastDrawing: readonly NvmlProcess[] | null = null;
  #lastProcesses: readonly NvmlProcess[] | null = null;
  #lastReasonBits = -1;
  #lastReasons: readonly ClockEventReason[] = [];

  constructor(calls: DeviceCalls, uuid: string) {
    this.#calls = calls;
    this.#uuid = uuid;
    this.#handle = calls.handle;
    this.#view = calls.memory.view;
    this.#out = calls.memory.address;
    this.#computeList = new ProcessList(calls.session, calls.handle, 'compute');
    this.#graphicsList = new ProcessList(calls.session, calls.handle, 'graphics');
    this.#slots = slotsOf(calls);
  }

  /** Makes calls again that were not supported before. */
  reset(): void {
    for (const slot of Object.values(this.#slots)) resetSlot(slot);
  }

  /**
   * Every call has a place of its own in the code: V8 calls a native function about 20 ns faster where it has
   * seen no other function.
   *
   * @throws NvmlError when the card or the driver is gone; everything less becomes null and an entry in `failures`
   */
  sample(options: SampleOptions): NvmlSample {
    this.#calls.session.assertOpen('sample');
    this.#failures = null;
    const slots = this.#slots;
    const view = this.#view;
    const handle = this.#handle;
    const out = this.#out;

    const temperatureC = this.#temperature();
    const memoryTemperatureC = this.#memoryTemperature();
    const powerMilliwatts =
      slots.power.isMissing || this.#fails(slots.power, slots.power.invoke(handle, out))
        ? null
        : uint32At(view, 0);
    const energyMillijoules =
      slots.energy.isMissing || this.#fails(slots.energy, slots.energy.invoke(handle, out))
        ? null
        : uint64At(view, 0);
    const noUtilisation =
      slots.utilisation.isMissing || this.#fails(slots.utilisation, slots.utilisation.invoke(handle, out));
    const utilisationPercent = noUtilisation ? null : uint32At(view, UTILISATION_GPU);
    const memoryUtilisationPercent = noUtilisation ? null : uint32At(view, UTILISATION_MEMORY);
    const memoryLayout = this.#memoryInfo();
    const memoryUsedBytes = memoryLayout === null ? null : uint64At(view, memoryLayout.used.offset);
    const memoryFreeBytes = memoryLayout === null ? null : uint64At(view, memoryLayout.free.offset);
    const graphicsClockMegahertz =
      slots.graphicsClock.isMissing ||
      this.#fails(slots.graphicsClock, slots.graphicsClock.invoke(handle, CLOCK_GRAPHICS, out))
        ? null
        : uint32At(view, 0);
    const memoryClockMegahertz =
      slots.memoryClock.isMissing ||
      this.#fails(slots.memoryClock, slots.memoryClock.invoke(handle, CLOCK_MEMORY, out))
        ? null
        : uint32At(view, 0);
    const fanPercent =
      slots.fan.isMissing || this.#fails(slots.fan, slots.fan.invoke(handle, out)) ? null : uint32At(view, 0);
    const throttleReasons =
      slots.reasons.isMissing || this.#fails(slots.reasons, slots.reasons.invoke(handle, out))
        ? null
        : this.#reasonsOf(view.getUint32(0, true));
    const powerLimitMilliwatts =
      slots.powerLimit.isMissing || this.#fails(slots.powerLimit, slots.powerLimit.invoke(handle, out))
        ? null
        : uint32At(view, 0);
    const acousticThresholdC =
      slots.acousticThreshold.isMissing ||
      this.#fails(slots.acousticThreshold, slots.acousticThreshold.invoke(handle, ACOUSTIC_CURRENT, out))
        ? null
        : uint32At(view, 0);
    const pcie = options.pcieThroughput === true;
    return {
      uuid: this.#uuid,
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
      pcieTransmitKilobytesPerSecond: pcie ? this.#pcie(slots.pcieTransmit, PCIE_TRANSMIT) : null,
      pcieReceiveKilobytesPerSecond: pcie ? this.#pcie(slots.pcieReceive, PCIE_RECEIVE) : null,
      throttleReasons,
      powerLimitMilliwatts,
      acousticThresholdC,
      processes: options.processes === false ? null : this.#processes(),
      failures: this.#failures ?? NO_FAILURES,
      atMs: Date.now(),
    };
  }

  #temperature(): number | null {
    const { temperatureV, temperature } = this.#slots;
    const view = this.#view;
    if (!temperatureV.isMissing) {
      view.setUint32(TEMPERATURE.version.offset, TEMPERATURE_VERSION, true);
      view.setUint32(TEMPERATURE.sensorType.offset, GPU_SENSOR, true);
      if (!this.#fails(temperatureV, temperatureV.invoke(this.#handle, this.#out))) {
        return view.getInt32(TEMPERATURE.temperature.offset, true);
      }
    }
    if (!temperatureV.isMissing || temperature.isMissing) return null;
    const result = temperature.invoke(this.#handle, GPU_SENSOR, this.#out);
    return this.#fails(temperature, result) ? null : uint32At(view, 0);
  }

  #memoryTemperature(): number | null {
    const slot = this.#slots.fieldValues;
    if (slot.isMissing) return null;
    const view = this.#view;
    view.setUint32(FIELD_VALUE.fieldId.offset, FIELD.memoryTemperature, true);
    view.setUint32(FIELD_VALUE.scopeId.offset, 0, true);
    if (this.#fails(slot, slot.invoke(this.#handle, 1, this.#out))) return null;
    // The call succeeds as a whole; whether the card knows this field stands in the field.
    if (this.#fails(slot, view.getUint32(FIELD_VALUE.nvmlReturn.offset, true))) return null;
    return uint32At(view, FIELD_VALUE.value.offset);
  }

  /** @returns where used and free stand, or null */
  #memoryInfo(): { used: { offset: number }; free: { offset: number } } | null {
    const { memoryV2, memoryV1 } = this.#slots;
    if (!memoryV2.isMissing) {
      this.#view.setUint32(ABI.memoryV2.fields.version.offset, MEMORY_VERSION, true);
      if (!this.#fails(memoryV2, memoryV2.invoke(this.#handle, this.#out))) return ABI.memoryV2.fields;
    }
    if (!memoryV2.isMissing || memoryV1.isMissing) return null;
    return this.#fails(memoryV1, memoryV1.invoke(this.#handle, this.#out)) ? null : ABI.memoryV1.fields;
  }

  #reasonsOf(bits: number): readonly ClockEventReason[] {
    if (bits !== this.#lastReasonBits) {
      this.#lastReasonBits = bits;
      this.#lastReasons = clockEventReasons(bits);
    }
    return this.#lastReasons;
  }

  #pcie(slot: Slot, counter: number): number | null {
    if (slot.isMissing || this.#fails(slot, slot.invoke(this.#handle, counter, this.#out))) return null;
    return uint32At(this.#view, 0);
  }

  /** null only when neither list can be read. */
  #processes(): readonly NvmlProcess[] | null {
    const { computeProcesses: compute, graphicsProcesses: graphics } = this.#slots;
    const computeList = this.#computeList;
    const graphicsList = this.#graphicsList;
    let computing: readonly NvmlProcess[] | null = null;
    let drawing: readonly NvmlProcess[] | null = null;
    if (!compute.isMissing) {
      computeList.prepare();
      const { countAddress, entriesAddress } = computeList;
      const answer = computeList.finish(compute.invoke(this.#handle, countAddress, entriesAddress));
      if (!this.#fails(compute, answer)) computing = computeList.processes;
    }
    if (!graphics.isMissing) {
      graphicsList.prepare();
      const { countAddress, entriesAddress } = graphicsList;
      const answer = graphicsList.finish(graphics.invoke(this.#handle, countAddress, entriesAddress));
      if (!this.#fails(graphics, answer)) drawing = graphicsList.processes;
    }
    if (computing !== this.#lastComputing || drawing !== this.#lastDrawing) {
      this.#lastComputing = computing;
      this.#lastDrawing = drawing;
      this.#lastProcesses =
        computing === null && drawing === null
          ? null
          : Object.freeze([...(computing ?? []), ...(drawing ?? [])]);
    }
    return this.#lastProcesses;
  }

  #fails(slot: Slot, result: number): boolean {
    return result !== SUCCESS && this.#refuse(slot, result);
  }

  /** Apart from `#fails`, to keep that small enough to be inlined. @returns true */
  #refuse(slot: Slot, result: number): true {
    if (FATAL.has(result)) throw new NvmlError(slot.symbol, result);
    if (isMissing(result)) slot.isMissing = true;
    else {
      this.#failures ??= [];
      this.#failures.push({ call: slot.symbol, code: describeReturn(result).code });
    }
    return true;
  }
}

function slotsOf(calls: DeviceCalls) {
  return {
    temperatureV: callSlot(calls, 'temperatureV'),
    temperature: callSlot(calls, 'temperature'),
    fieldValues: callSlot(calls, 'fieldValues'),
    power: callSlot(calls, 'powerUsage'),
    energy: callSlot(calls, 'totalEnergy'),
    utilisation: callSlot(calls, 'utilisation'),
    memoryV2: callSlot(calls, 'memoryInfoV2'),
    memoryV1: callSlot(calls, 'memoryInfoV1'),
    graphicsClock: callSlot(calls, 'clock'),
    memoryClock: callSlot(calls, 'clock'),
    fan: callSlot(calls, 'fanSpeed'),
    pcieTransmit: callSlot(calls, 'pcieThroughput'),
    pcieReceive: callSlot(calls, 'pcieThroughput'),
    reasons: callSlot(calls, 'clockEventReasons'),
    powerLimit: callSlot(calls, 'powerLimit'),
    acousticThreshold: callSlot(calls, 'temperatureThreshold'),
    computeProcesses: callSlot(
      calls,
      calls.find('computeProcesses') ? 'computeProcesses' : 'computeProcessesV1',
    ),
    graphicsProcesses: callSlot(
      calls,
      calls.find('graphicsProcesses') ? 'graphicsProcesses' : 'graphicsProcessesV1',
    ),
  };
}
