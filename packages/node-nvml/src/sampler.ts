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
    const memory = this.#memory;
    const handle = this.#handle;
    const out = this.#out;

    const temperatureC = this.#temperature();
    const memoryTemperatureC = this.#memoryTemperature();
    const powerMilliwatts = slots.power.isMissing
      ? null
      : this.#uint32(slots.power, slots.power.invoke(handle, out));
    const energyMillijoules =
      slots.energy.isMissing || !this.#accepts(slots.energy, slots.energy.invoke(handle, out))
        ? null
        : memory.uint64OrNull(0);
    const hasUtilisation =
      !slots.utilisation.isMissing && this.#accepts(slots.utilisation, slots.utilisation.invoke(handle, out));
    const utilisationPercent = hasUtilisation ? memory.uint32OrNull(0) : null;
    const memoryUtilisationPercent = hasUtilisation ? memory.uint32OrNull(4) : null;
    const memoryLayout = this.#memoryInfo();
    const memoryUsedBytes = memoryLayout === null ? null : memory.uint64OrNull(memoryLayout.used.offset);
    const memoryFreeBytes = memoryLayout === null ? null : memory.uint64OrNull(memoryLayout.free.offset);
    const graphicsClockMegahertz = slots.graphicsClock.isMissing
      ? null
      : this.#uint32(slots.graphicsClock, slots.graphicsClock.invoke(handle, CLOCK.graphics, out));
    const memoryClockMegahertz = slots.memoryClock.isMissing
      ? null
      : this.#uint32(slots.memoryClock, slots.memoryClock.invoke(handle, CLOCK.memory, out));
    const fanPercent = slots.fan.isMissing ? null : this.#uint32(slots.fan, slots.fan.invoke(handle, out));
    const throttleReasons =
      slots.reasons.isMissing || !this.#accepts(slots.reasons, slots.reasons.invoke(handle, out))
        ? null
        : this.#reasonsOf(memory.uint32(0));
    const powerLimitMilliwatts = slots.powerLimit.isMissing
      ? null
      : this.#uint32(slots.powerLimit, slots.powerLimit.invoke(handle, out));
    const { acousticCurrent } = TEMPERATURE_THRESHOLD;
    const acousticThresholdC = slots.acousticThreshold.isMissing
      ? null
      : this.#uint32(slots.acousticThreshold, slots.acousticThreshold.invoke(handle, acousticCurrent, out));
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
    const memory = this.#memory;
    if (!temperatureV.isMissing) {
      memory.setUint32(ABI.temperature.fields.version.offset, TEMPERATURE_VERSION);
      memory.setUint32(ABI.temperature.fields.sensorType.offset, GPU_SENSOR);
      if (this.#accepts(temperatureV, temperatureV.invoke(this.#handle, this.#out))) {
        return memory.int32(ABI.temperature.fields.temperature.offset);
      }
    }
    if (!temperatureV.isMissing || temperature.isMissing) return null;
    return this.#uint32(temperature, temperature.invoke(this.#handle, GPU_SENSOR, this.#out));
  }

  #memoryTemperature(): number | null {
    const slot = this.#slots.fieldValues;
    if (slot.isMissing) return null;
    const { fieldId, scopeId, nvmlReturn, value } = ABI.fieldValue.fields;
    const memory = this.#memory;
    memory.setUint32(fieldId.offset, FIELD.memoryTemperature);
    memory.setUint32(scopeId.offset, 0);
    if (!this.#accepts(slot, slot.invoke(this.#handle, 1, this.#out))) return null;
    // The call succeeds as a whole; whether the card knows this field stands in the field.
    if (!this.#accepts(slot, memory.uint32(nvmlReturn.offset))) return null;
    return memory.uint32OrNull(value.offset);
  }

  /** @returns where used and free stand, or null */
  #memoryInfo(): { used: { offset: number }; free: { offset: number } } | null {
    const { memoryV2, memoryV1 } = this.#slots;
    if (!memoryV2.isMissing) {
      this.#memory.setUint32(ABI.memoryV2.fields.version.offset, MEMORY_VERSION);
      if (this.#accepts(memoryV2, memoryV2.invoke(this.#handle, this.#out))) return ABI.memoryV2.fields;
    }
    if (!memoryV2.isMissing || memoryV1.isMissing) return null;
    return this.#accepts(memoryV1, memoryV1.invoke(this.#handle, this.#out)) ? ABI.memoryV1.fields : null;
  }

  #reasonsOf(bits: number): readonly ClockEventReason[] {
    if (bits !== this.#lastReasonBits) {
      this.#lastReasonBits = bits;
      this.#lastReasons = clockEventReasons(bits);
    }
    return this.#lastReasons;
  }

  #pcie(slot: Slot, counter: number): number | null {
    return slot.isMissing ? null : this.#uint32(slot, slot.invoke(this.#handle, counter, this.#out));
  }

  /** null only when neither list can be read. */
  #processes(): NvmlProcess[] | null {
    const { computeProcesses: compute, graphicsProcesses: graphics } = this.#slots;
    const processes: NvmlProcess[] = [];
    let isRead = false;
    if (!compute.isMissing) {
      const list = this.#computeList;
      list.prepare();
      const answer = compute.invoke(this.#handle, list.countAddress, list.entriesAddress);
      isRead = this.#accepts(compute, list.finish(answer, processes));
    }
    if (!graphics.isMissing) {
      const list = this.#graphicsList;
      list.prepare();
      const answer = graphics.invoke(this.#handle, list.countAddress, list.entriesAddress);
      isRead = this.#accepts(graphics, list.finish(answer, processes)) || isRead;
    }
    return isRead ? processes : null;
  }

  /** The value that a call has written, given its answer. */
  #uint32(slot: Slot, result: number): number | null {
    return this.#accepts(slot, result) ? this.#memory.uint32OrNull(0) : null;
  }

  #accepts(slot: Slot, result: number): boolean {
    return result === NVML_RETURN.SUCCESS || this.#refuses(slot, result);
  }

  /** Apart from `#accepts`, to keep that small enough to be inlined. @returns false */
  #refuses(slot: Slot, result: number): false {
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
