import { type NvmlDevice, NvmlError } from 'node-nvml';

const EVERY_MS = 200;

/** The most that was seen of a card while something ran; null: never told. */
interface Peak {
  readonly uuid: string;
  utilisationPercent: number | null;
  powerMilliwatts: number | null;
  temperatureC: number | null;
  memoryUsedBytes: number | null;
}

const MEASURES = ['utilisationPercent', 'powerMilliwatts', 'temperatureC', 'memoryUsedBytes'] as const;

/** Reads all cards again and again until it is disposed, and keeps the highest readings. */
export class GpuWatch implements Disposable {
  readonly peaks: readonly Peak[];
  /** Why readings ended before their time. */
  problem: string | null = null;
  readonly #devices: readonly NvmlDevice[];
  readonly #timer: NodeJS.Timeout;

  constructor(devices: readonly NvmlDevice[]) {
    this.#devices = devices;
    this.peaks = devices.map(({ uuid }) => ({
      uuid,
      utilisationPercent: null,
      powerMilliwatts: null,
      temperatureC: null,
      memoryUsedBytes: null,
    }));
    this.#timer = setInterval(() => this.#read(), EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #read(): void {
    try {
      for (const [index, device] of this.#devices.entries()) {
        const sample = device.sample({ processes: false });
        const peak = this.peaks[index];
        if (peak === undefined) continue;
        for (const measure of MEASURES) {
          const value = sample[measure];
          if (value !== null) peak[measure] = Math.max(peak[measure] ?? value, value);
        }
      }
    } catch (error) {
      if (!(error instanceof NvmlError)) throw error;
      this.problem = error.message;
      clearInterval(this.#timer);
    }
  }
}
