import { ABI, TEXT_BYTES, versionWord } from './abi.ts';
import { type Capability, type CapabilityState, probeCapabilities, supported } from './capabilities.ts';
import { DeviceCalls } from './device-calls.ts';
import { type DeviceInfo, describeDevice, type PciInfo, readPciInfo } from './device-info.ts';
import { type FieldReading, type FieldRequest, readFieldValues } from './field-values.ts';
import {
  architectureName,
  brandName,
  CLOCK,
  type ClockEventReason,
  clockEventReasons,
  type NvmlClock,
  type NvmlPerformancePolicy,
  type NvmlTemperatureThreshold,
  PERFORMANCE_POLICY,
  TEMPERATURE_THRESHOLD,
} from './names.ts';
import { NvmlError } from './nvml-error.ts';
import type { NvmlSession } from './nvml-session.ts';
import { type NvmlProcess, ProcessList } from './process-list.ts';
import { type ProcessUtilisation, readProcessUtilisation } from './process-utilisation.ts';
import { NVML_RETURN } from './return-codes.ts';
import type { NvmlSample, SampleOptions } from './sample.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { probeWrites, type WriteSupport } from './write-support.ts';

const GPU_SENSOR = 0;
const NO_OPTIONS: SampleOptions = Object.freeze({});
const GPU_POWER_SCOPE = 0;
/** nvmlPowerSource_t */
const POWER_SOURCES = ['mains', 'battery', 'undersized'] as const;
export type NvmlPowerSource = (typeof POWER_SOURCES)[number];

/** Amounts of memory in bytes. */
export interface MemoryInfo {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** With the older call, what the driver keeps for itself counts as used. */
  readonly usedBytes: number;
  /** What the driver keeps for itself. null: the older call does not tell it apart. */
  readonly reservedBytes: number | null;
}

/**
 * One card. Every reader throws an NvmlError: NOT_SUPPORTED or FUNCTION_NOT_FOUND when the card, driver or library
 * does not offer the value, NO_DATA when it has none now, GPU_IS_LOST when the card fell off the bus. A monitor
 * uses `sample()`, which gives null instead.
 */
export class NvmlDevice {
  /** Such as `GPU-6d2c…`; the same after a reboot. */
  readonly uuid: string;
  readonly #calls: DeviceCalls;
  readonly #sampler: Sampler;
  #capabilities: Readonly<Record<Capability, CapabilityState>> | null = null;
  #supports: Readonly<Record<Capability, boolean>> | null = null;

  /** Use `nvml.devices()`. @param handle nvmlDevice_t */
  constructor(session: NvmlSession, handle: number) {
    this.#calls = new DeviceCalls(session, handle);
    this.uuid = this.#calls.text('uuid', TEXT_BYTES.uuid);
    this.#sampler = createSampler(this.#calls, this.uuid);
  }

  // What the card is.

  /** Everything below that does not change while the driver is loaded, with null for what the card does not tell. */
  info(): DeviceInfo {
    return describeDevice(this);
  }

  /** Position in the order of the PCI bus; changes when cards are added. */
  index(): number {
    return this.#calls.uint32('index');
  }

  /** Linux: N of `/dev/nvidiaN`. */
  minorNumber(): number {
    return this.#calls.uint32('minorNumber');
  }

  /** Such as `NVIDIA GeForce RTX 4070`. */
  name(): string {
    return this.#calls.text('name', TEXT_BYTES.deviceName);
  }

  /** The serial number on the board; GeForce cards have none. */
  serial(): string {
    return this.#calls.text('serial', TEXT_BYTES.serial);
  }

  vbiosVersion(): string {
    return this.#calls.text('vbiosVersion', TEXT_BYTES.vbiosVersion);
  }

  /** Such as `GeForce RTX`; null for a brand newer than this package. */
  brand(): string | null {
    this.#calls.check('brand', this.#calls.memory.address);
    return brandName(this.#calls.memory.uint32(0));
  }

  /** Such as `Ada`; null for one newer than this package. */
  architecture(): string | null {
    this.#calls.check('architecture', this.#calls.memory.address);
    return architectureName(this.#calls.memory.uint32(0));
  }

  cudaComputeCapability(): { major: number; minor: number } {
    const [major, minor] = this.#calls.uint32Pair('computeCapability');
    return { major, minor };
  }

  pciInfo(): PciInfo {
    return readPciInfo(this.#calls);
  }

  /** Generation and number of lanes of the PCIe link: now (it slows down when idle), and at best. */
  pcieLink(): { generation: number; width: number; maximumGeneration: number; maximumWidth: number } {
    return {
      generation: this.#calls.uint32('currentPcieGeneration'),
      width: this.#calls.uint32('currentPcieWidth'),
      maximumGeneration: this.#calls.uint32('maximumPcieGeneration'),
      maximumWidth: this.#calls.uint32('maximumPcieWidth'),
    };
  }

  // What it can do.

  /** What this card offers, found by calling. Probed on the first use; `probe()` renews it. */
  get supports(): Readonly<Record<Capability, boolean>> {
    this.#supports ??= supported(this.capabilities);
    return this.#supports;
  }

  /** As `supports`, with the reason why not. */
  get capabilities(): Readonly<Record<Capability, CapabilityState>> {
    this.#capabilities ??= probeCapabilities(this);
    return this.#capabilities;
  }

  /** Asks the card again, and lets `sample()` try again what it had given up: after a change of driver or rights. */
  probe(): Readonly<Record<Capability, CapabilityState>> {
    this.#sampler.reset();
    this.#supports = null;
    this.#capabilities = probeCapabilities(this);
    return this.#capabilities;
  }

  /**
   * Whether limits may be set, found by setting them to what they are. The only probe that writes: another
   * program's change in the same moment would be undone.
   */
  probeWrites(): WriteSupport {
    return probeWrites(this);
  }

  // What it does now.

  /**
   * The whole state in one go, null for what cannot be told. Calls that the card does not support are not made
   * again until `probe()`.
   *
   * @throws NvmlError GPU_IS_LOST, UNINITIALIZED, DRIVER_NOT_LOADED, RESET_REQUIRED, LIB_RM_VERSION_MISMATCH
   */
  sample(options: SampleOptions = NO_OPTIONS): NvmlSample {
    return this.#sampler.sample(options);
  }

  /** °C of the die. */
  temperatureC(): number {
    const { memory } = this.#calls;
    const { version, sensorType, temperature } = ABI.temperature.fields;
    const variant = this.#calls.firstOf([
      {
        name: 'temperatureV',
        args: () => {
          memory.setUint32(version.offset, versionWord(ABI.temperature));
          memory.setUint32(sensorType.offset, GPU_SENSOR);
          return [memory.address];
        },
      },
      { name: 'temperature', args: () => [GPU_SENSOR, memory.address] },
    ]);
    return memory.int32(variant === 0 ? temperature.offset : 0);
  }

  /** °C that the die may still gain before the card slows down. */
  marginTemperatureC(): number {
    const { memory } = this.#calls;
    memory.setUint32(0, versionWord(ABI.marginTemperature));
    this.#calls.check('marginTemperature', memory.address);
    return memory.int32(ABI.marginTemperature.fields.marginTemperature.offset);
  }

  /** °C */
  temperatureThresholdC(threshold: NvmlTemperatureThreshold): number {
    return this.#calls.uint32('temperatureThreshold', TEMPERATURE_THRESHOLD[threshold]);
  }

  powerMilliwatts(): number {
    return this.#calls.uint32('powerUsage');
  }

  /** The limit that is set. */
  powerLimitMilliwatts(): number {
    return this.#calls.uint32('powerLimit');
  }

  /** The limit that holds: the lowest of all that are set, the firmware's included. */
  enforcedPowerLimitMilliwatts(): number {
    return this.#calls.uint32('enforcedPowerLimit');
  }

  defaultPowerLimitMilliwatts(): number {
    return this.#calls.uint32('defaultPowerLimit');
  }

  /** The range in which a limit may be set. */
  powerLimitRange(): { minimumMilliwatts: number; maximumMilliwatts: number } {
    const [minimumMilliwatts, maximumMilliwatts] = this.#calls.uint32Pair('powerLimitConstraints');
    return { minimumMilliwatts, maximumMilliwatts };
  }

  /** Undersized: the mains adapter gives less than the card wants. */
  powerSource(): NvmlPowerSource {
    const source = POWER_SOURCES[this.#calls.uint32('powerSource')];
    if (source !== undefined) return source;
    throw new NvmlError('nvmlDeviceGetPowerSource', NVML_RETURN.NO_DATA);
  }

  /** Since the driver was loaded. Volta and newer. */
  energyMillijoules(): number {
    return this.#calls.uint64('totalEnergy');
  }

  /** Shares of the last second or sixth of it, 0 to 100: a kernel ran; memory was read or written. */
  utilisation(): { gpuPercent: number; memoryPercent: number } {
    const { memory } = this.#calls;
    this.#calls.check('utilisation', memory.address);
    const { gpu, memory: memoryField } = ABI.utilization.fields;
    return { gpuPercent: memory.uint32(gpu.offset), memoryPercent: memory.uint32(memoryField.offset) };
  }

  /** 0 to 100, over the last `periodMicroseconds`. */
  encoderUtilisation(): { percent: number; periodMicroseconds: number } {
    const [percent, periodMicroseconds] = this.#calls.uint32Pair('encoderUtilisation');
    return { percent, periodMicroseconds };
  }

  /** 0 to 100, over the last `periodMicroseconds`. */
  decoderUtilisation(): { percent: number; periodMicroseconds: number } {
    const [percent, periodMicroseconds] = this.#calls.uint32Pair('decoderUtilisation');
    return { percent, periodMicroseconds };
  }

  clockMegahertz(clock: NvmlClock): number {
    return this.#calls.uint32('clock', CLOCK[clock]);
  }

  maximumClockMegahertz(clock: NvmlClock): number {
    return this.#calls.uint32('maximumClock', CLOCK[clock]);
  }

  /** 0 (fastest) to 15 (slowest). @throws NvmlError NO_DATA: unknown */
  performanceState(): number {
    const state = this.#calls.uint32('performanceState');
    if (state <= 15) return state;
    throw new NvmlError('nvmlDeviceGetPerformanceState', NVML_RETURN.NO_DATA);
  }

  /** Why the clocks are not at their highest. */
  clockEventReasons(): readonly ClockEventReason[] {
    this.#calls.check('clockEventReasons', this.#calls.memory.address);
    return clockEventReasons(this.#calls.memory.uint32(0));
  }

  /** How long a policy has held the clocks down, and the time that this is measured against. */
  violationStatus(policy: NvmlPerformancePolicy): {
    referenceMicroseconds: number;
    violationNanoseconds: number;
  } {
    const { memory } = this.#calls;
    this.#calls.check('violationStatus', PERFORMANCE_POLICY[policy], memory.address);
    const { referenceTime, violationTime } = ABI.violationTime.fields;
    return {
      referenceMicroseconds: memory.uint64(referenceTime.offset),
      violationNanoseconds: memory.uint64(violationTime.offset),
    };
  }

  /** 0 for cards that are cooled from outside. */
  fanCount(): number {
    return this.#calls.uint32('fanCount');
  }

  /** Intended share of full speed in percent, may exceed 100. @param fan which one; default all, as the card sums them up */
  fanPercent(fan?: number): number {
    return fan === undefined ? this.#calls.uint32('fanSpeed') : this.#calls.uint32('fanSpeedOf', fan);
  }

  /** Revolutions per minute. @param fan which one, from 0 */
  fanRpm(fan: number): number {
    const { memory } = this.#calls;
    const { version, fan: fanField, speed } = ABI.fanSpeedInfo.fields;
    memory.setUint32(version.offset, versionWord(ABI.fanSpeedInfo));
    memory.setUint32(fanField.offset, fan);
    this.#calls.check('fanSpeedRpm', memory.address);
    return memory.uint32(speed.offset);
  }

  /** Kilobytes per second, over the last 20 ms. Two calls that each block for longer than that on real cards. */
  pcieThroughput(): { transmitKilobytesPerSecond: number; receiveKilobytesPerSecond: number } {
    return {
      transmitKilobytesPerSecond: this.#calls.uint32('pcieThroughput', 0),
      receiveKilobytesPerSecond: this.#calls.uint32('pcieThroughput', 1),
    };
  }

  memoryInfo(): MemoryInfo {
    const { memory } = this.#calls;
    const variant = this.#calls.firstOf([
      {
        name: 'memoryInfoV2',
        args: () => {
          memory.setUint32(ABI.memoryV2.fields.version.offset, versionWord(ABI.memoryV2));
          return [memory.address];
        },
      },
      { name: 'memoryInfoV1', args: () => [memory.address] },
    ]);
    const { total, free, used } = variant === 0 ? ABI.memoryV2.fields : ABI.memoryV1.fields;
    return {
      totalBytes: memory.uint64(total.offset),
      freeBytes: memory.uint64(free.offset),
      usedBytes: memory.uint64(used.offset),
      reservedBytes: variant === 0 ? memory.uint64(ABI.memoryV2.fields.reserved.offset) : null,
    };
  }

  /** The window through which the processor sees the card's memory, in bytes. */
  bar1Memory(): { totalBytes: number; freeBytes: number; usedBytes: number } {
    const { memory } = this.#calls;
    this.#calls.check('bar1MemoryInfo', memory.address);
    const { total, free, used } = ABI.bar1Memory.fields;
    return {
      totalBytes: memory.uint64(total.offset),
      freeBytes: memory.uint64(free.offset),
      usedBytes: memory.uint64(used.offset),
    };
  }

  /** Error-correcting memory: on now, and from the next start on. */
  eccMode(): { current: boolean; pending: boolean } {
    const [current, pending] = this.#calls.uint32Pair('eccMode');
    return { current: current === 1, pending: pending === 1 };
  }

  /** @param span since the driver was loaded, or ever */
  eccErrors(kind: 'corrected' | 'uncorrected', span: 'volatile' | 'aggregate'): number {
    return this.#calls.uint64('totalEccErrors', kind === 'corrected' ? 0 : 1, span === 'volatile' ? 0 : 1);
  }

  // Who uses it.

  /** Programs that compute on the card (CUDA). */
  computeProcesses(): readonly NvmlProcess[] {
    return this.#processes('compute');
  }

  /** Programs that draw with it. */
  graphicsProcesses(): readonly NvmlProcess[] {
    return this.#processes('graphics');
  }

  /** Shares of the card by process. @param sinceMicroseconds only samples newer than this time stamp; default all */
  processUtilisation(sinceMicroseconds = 0): ProcessUtilisation[] {
    return readProcessUtilisation(this.#calls, sinceMicroseconds);
  }

  /** Any values of the header's NVML_FI_… list, in one call; each may fail by itself. */
  fieldValues(fields: readonly FieldRequest[]): FieldReading[] {
    return readFieldValues(this.#calls, fields);
  }

  // What can be set. All of this needs root or an administrator: NvmlError NO_PERMISSION otherwise.

  /**
   * Holds for all programs until it is set again, the driver is reloaded or the computer restarts.
   *
   * @param milliwatts within `powerLimitRange()`, else INVALID_ARGUMENT
   */
  setPowerLimit(milliwatts: number): void {
    const { memory } = this.#calls;
    const { version, powerScope, powerValueMw } = ABI.powerValue.fields;
    this.#calls.firstOf([
      { name: 'setPowerLimit', args: () => [milliwatts] },
      {
        name: 'setPowerLimitV2',
        args: () => {
          memory.setUint32(version.offset, versionWord(ABI.powerValue));
          memory.setUint32(powerScope.offset, GPU_POWER_SCOPE);
          memory.setUint32(powerValueMw.offset, milliwatts);
          return [memory.address];
        },
      },
    ]);
  }

  /** @param celsius for `acousticCurrent`: within acousticMinimum and acousticMaximum, else INVALID_ARGUMENT */
  setTemperatureThreshold(threshold: NvmlTemperatureThreshold, celsius: number): void {
    const { memory } = this.#calls;
    memory.setUint32(0, celsius);
    this.#calls.check('setTemperatureThreshold', TEMPERATURE_THRESHOLD[threshold], memory.address);
  }

  /** Whether the driver stays loaded while nobody uses the card. Linux only. */
  persistenceMode(): boolean {
    return this.#calls.uint32('persistenceMode') === 1;
  }

  setPersistenceMode(on: boolean): void {
    this.#calls.check('setPersistenceMode', on ? 1 : 0);
  }

  // Events.

  /** Bits of NVML_EVENT that this card can tell of. */
  supportedEventTypes(): number {
    return this.#calls.uint64('supportedEventTypes');
  }

  /** Use `eventSet.register()`. @returns nvmlDevice_t, as events name the card */
  registerEvents(types: number, eventSet: number): number {
    this.#calls.check('registerEvents', types, eventSet);
    return this.#calls.handle;
  }

  #processes(kind: NvmlProcess['kind']): readonly NvmlProcess[] {
    const list = new ProcessList(this.#calls.session, this.#calls.handle, kind);
    const result = list.read();
    if (result !== NVML_RETURN.SUCCESS) throw new NvmlError(list.symbol, result);
    return list.processes;
  }
}
