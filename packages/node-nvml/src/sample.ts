import type { ClockEventReason } from './names.ts';
import type { NvmlProcess } from './process-list.ts';
import type { NvmlErrorCode } from './return-codes.ts';

export interface SampleOptions {
  /** Two calls that block for more than 20 ms each on real cards. Default false. */
  readonly pcieThroughput?: boolean;
  /** Default true. */
  readonly processes?: boolean;
}

/** One reading of one card. null: the card, its driver or the rights of this process do not tell it. */
export interface NvmlSample {
  readonly uuid: string;
  /** Milliseconds since the epoch, when the reading was complete. */
  readonly atMs: number;
  readonly temperatureC: number | null;
  readonly memoryTemperatureC: number | null;
  readonly powerMilliwatts: number | null;
  /** Since the driver was loaded. */
  readonly energyMillijoules: number | null;
  /** Share of time in which a kernel ran, 0 to 100. */
  readonly utilisationPercent: number | null;
  /** Share of time in which the card's memory was read or written, 0 to 100. */
  readonly memoryUtilisationPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryFreeBytes: number | null;
  readonly graphicsClockMegahertz: number | null;
  readonly memoryClockMegahertz: number | null;
  /** Of full speed, as intended by the card; may exceed 100. */
  readonly fanPercent: number | null;
  readonly pcieTransmitKilobytesPerSecond: number | null;
  readonly pcieReceiveKilobytesPerSecond: number | null;
  readonly throttleReasons: readonly ClockEventReason[] | null;
  readonly powerLimitMilliwatts: number | null;
  /** The temperature that the card's firmware holds by itself. */
  readonly acousticThresholdC: number | null;
  readonly processes: readonly NvmlProcess[] | null;
  /** Calls that failed this time though they may work the next; their values are null. Mostly empty. */
  readonly failures: readonly SampleFailure[];
}

export interface SampleFailure {
  readonly call: string;
  readonly code: NvmlErrorCode;
}
