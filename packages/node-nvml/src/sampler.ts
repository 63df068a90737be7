import { ABI, versionWord } from './abi.ts';
import { type DeviceCalls, isMissing } from './device-calls.ts';
import { CLOCK, type ClockEventReason, clockEventReasons, FIELD, TEMPERATURE_THRESHOLD } from './names.ts';
import type { NativeMemory } from './native-memory.ts';
import { NvmlError } from './nvml-error.ts';
import { type NvmlProcess, ProcessList } from './process-list.ts';
import { describeReturn, NVML_RETURN } from './return-codes.ts';
import type { NvmlSample, SampleFailure, SampleOptions } from './sample.ts';
import { callSlot, resetSlot, type Slot } from './sample-slot.ts';

const GPU_SENSOR = 0;
const PCIE_TRANSMIT = 0;
const PCIE_RECEIVE = 1;
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
  readonly #memory: NativeMemory;
  readonly #out: number;
  readonly #computeList: ProcessList;
  readonly #graphicsList: ProcessList;
  readonly #slots: ReturnType<typeof slotsOf>;
  #failures: SampleFailure[] | null = null;
  #lastReasonBits = -1;
  #lastReasons: readonly ClockEventReason[] = [];

  constructor(calls: DeviceCalls, uuid: string) {
    this.#calls = calls;
    this.#uuid = uuid;
    this.#handle = calls.handle;
    this.#memory = calls.memory;
    this.#out = calls.memory.address;
    this.#computeList = new ProcessList(calls.session, calls.handle, 'compute');
    this.#graphicsList = new ProcessList(calls.session, calls.handle, 'graphics');
    this.#slots = slotsOf(calls);
  }

  /** Makes calls again that were not supported before. */
  reset(): void {
    for (const slot of Object.values(this.#slots)) resetSlot(slot);
  }

  /** @throws NvmlError when the card or the driver is gone; everything less becomes null and an entry in `failures` */
  sample(options: SampleOptions): NvmlSample {
    this.#calls.session.assertOpen('sample');
    this.#failures = null;
    const slots = this.#slots;
    const memory = this.#memory;
    const temperatureC = this.#temperature();
    const memoryTemperatureC = this.#memoryTemperature();
    const powerMilliwatts = this.#uint32(slots.power);
    const energyMillijoules = this.#uint64(slots.energy);
    const hasUtilisation = this.#succeeds(slots.utilisation);
    const utilisationPercent = hasUtilisation ? memory.uint32OrNull(0) : null;
    const memoryUtilisationPercent = hasUtilisation ? memory.uint32OrNull(4) : null;
    const memoryLayout = this.#memoryInfo();
    const memoryUsedBytes = memoryLayout === null ? null : memory.uint64OrNull(memoryLayout.used.offset);
    const memoryFreeBytes = memoryLayout === null ? null : memory.uint64OrNull(memoryLayout.free.offset);
    const graphicsClockMegahertz = this.#uint32With(slots.graphicsClock, CLOCK.graphics);
    const memoryClockMegahertz = this.#uint32With(slots.memoryClock, CLOCK.memory);
    const fanPercent = this.#uint32(slots.fan);
    const throttleReasons = this.#throttleReasons();
    const powerLimitMilliwatts = this.#uint32(slots.powerLimit);
    const acousticThresholdC = this.#uint32With(
      slots.acousticThreshold,
      TEMPERATURE_THRESHOLD.acousticCurrent,
    );
    const pcie = options.pcieThroughput === true;
    const pcieTransmitKilobytesPerSecond = pcie ? this.#uint32With(slots.pcieTransmit, PCIE_TRANSMIT) : null;
    const pcieReceiveKilobytesPerSecond = pcie ? this.#uint32With(slots.pcieReceive, PCIE_RECEIVE) : null;
    const processes = options.processes === false ? null : this.#processes();
    return {
      uuid: this.#uuid,
      atMs: Date.now(),
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
      pcieTransmitKilobytesPerSecond,
      pcieReceiveKilobytesPerSecond,
      throttleReasons,
      powerLimitMilliwatts,
      acousticThresholdC,
      processes,
      failures: this.#failures ?? NO_FAILURES,
    };
  }

  #temperature(): number | null {
    const slots = this.#slots;
    if (!slots.temperatureV.isMissing) {
      this.#memory.setUint32(ABI.temperature.fields.version.offset, TEMPERATURE_VERSION);
      this.#memory.setUint32(ABI.temperature.fields.sensorType.offset, GPU_SENSOR);
      if (this.#succeeds(slots.temperatureV)) {
        return this.#memory.int32(ABI.temperature.fields.temperature.offset);
      }
    }
    return slots.temperatureV.isMissing ? this.#uint32With(slots.temperature, GPU_SENSOR) : null;
  }

  #memoryTemperature(): number | null {
    const slot = this.#slots.fieldValues;
    if (slot.isMissing) return null;
    const { fieldId, scopeId, nvmlReturn, value } = ABI.fieldValue.fields;
    this.#memory.setUint32(fieldId.offset, FIELD.memoryTemperature);
    this.#memory.setUint32(scopeId.offset, 0);
    if (!this.#accepts(slot, slot.invoke(this.#handle, 1, this.#out))) return null;
    // The call succeeds as a whole; whether the card knows this field stands in the field.
    if (!this.#accepts(slot, this.#memory.uint32(nvmlReturn.offset))) return null;
    return this.#memory.uint32OrNull(value.offset);
  }

  /** @returns where used and free stand, or null */
  #memoryInfo(): { used: { offset: number }; free: { offset: number } } | null {
    const slots = this.#slots;
    this.#memory.setUint32(ABI.memoryV2.fields.version.offset, MEMORY_VERSION);
    if (this.#succeeds(slots.memoryV2)) return ABI.memoryV2.fields;
    return slots.memoryV2.isMissing && this.#succeeds(slots.memoryV1) ? ABI.memoryV1.fields : null;
  }

  #throttleReasons(): readonly ClockEventReason[] | null {
    if (!this.#succeeds(this.#slots.reasons)) return null;
    const bits = this.#memory.uint32(0);
    if (bits !== this.#lastReasonBits) {
      this.#lastReasonBits = bits;
      this.#lastReasons = clockEventReasons(bits);
    }
    return this.#lastReasons;
  }

  /** null only when neither list can be read. */
  #processes(): NvmlProcess[] | null {
    const { computeProcesses, graphicsProcesses } = this.#slots;
    const processes: NvmlProcess[] = [];
    const hasCompute =
      !computeProcesses.isMissing && this.#accepts(computeProcesses, this.#computeList.read(processes));
    const hasGraphics =
      !graphicsProcesses.isMissing && this.#accepts(graphicsProcesses, this.#graphicsList.read(processes));
    return hasCompute || hasGraphics ? processes : null;
  }

  #uint32(slot: Slot): number | null {
    return this.#succeeds(slot) ? this.#memory.uint32OrNull(0) : null;
  }

  #uint32With(slot: Slot, which: number): number | null {
    if (slot.isMissing) return null;
    return this.#accepts(slot, slot.invoke(this.#handle, which, this.#out))
      ? this.#memory.uint32OrNull(0)
      : null;
  }

  #uint64(slot: Slot): number | null {
    return this.#succeeds(slot) ? this.#memory.uint64OrNull(0) : null;
  }

  #succeeds(slot: Slot): boolean {
    return !slot.isMissing && this.#accepts(slot, slot.invoke(this.#handle, this.#out));
  }

  #accepts(slot: Slot, result: number): boolean {
    if (result === NVML_RETURN.SUCCESS) return true;
    if (FATAL.has(result)) throw new NvmlError(slot.symbol, result);
    if (isMissing(result)) slot.isMissing = true;
    else {
      this.#failures ??= [];
      this.#failures.push({ call: slot.symbol, code: describeReturn(result).code });
    }
    return false;
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
