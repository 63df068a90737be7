import type { GpuSample } from '../../shared/gpu.ts';
import type { GpuHistory } from '../../shared/local-api.ts';

/** An hour at two readings a second. */
const READINGS_KEPT = 7200;

const COLUMNS = [
  'temperatureC',
  'memoryTemperatureC',
  'powerMilliwatts',
  'utilisationPercent',
  'memoryUsedBytes',
  'fanPercent',
  'graphicsClockMegahertz',
] as const satisfies readonly (keyof GpuSample & keyof GpuHistory)[];

type Column = (typeof COLUMNS)[number];

/** The latest readings of one card, for charts; a ring of fixed size, so that days of readings take no more. */
export class GpuReadings {
  readonly #atMs: Float64Array;
  readonly #columns: Readonly<Record<Column, Float64Array>>;
  #next = 0;
  #count = 0;

  constructor(readingsKept = READINGS_KEPT) {
    const column = () => new Float64Array(readingsKept);
    this.#atMs = column();
    this.#columns = {
      temperatureC: column(),
      memoryTemperatureC: column(),
      powerMilliwatts: column(),
      utilisationPercent: column(),
      memoryUsedBytes: column(),
      fanPercent: column(),
      graphicsClockMegahertz: column(),
    };
  }

  add(sample: GpuSample): void {
    this.#atMs[this.#next] = sample.atMs;
    for (const name of COLUMNS) this.#columns[name][this.#next] = sample[name] ?? Number.NaN;
    this.#next = (this.#next + 1) % this.#atMs.length;
    this.#count = Math.min(this.#count + 1, this.#atMs.length);
  }

  /** Readings at or after a time (ms since the epoch), oldest first; what a reading lacks is null. */
  since(fromMs: number): Omit<GpuHistory, 'uuid'> {
    const kept = Array.from({ length: this.#count }, (_, age) => this.#indexOf(age)).filter(
      (index) => (this.#atMs[index] ?? 0) >= fromMs,
    );
    const column = (name: Column) => kept.map((index) => nullable(this.#columns[name][index]));
    return {
      atMs: kept.map((index) => this.#atMs[index] ?? 0),
      temperatureC: column('temperatureC'),
      memoryTemperatureC: column('memoryTemperatureC'),
      powerMilliwatts: column('powerMilliwatts'),
      utilisationPercent: column('utilisationPercent'),
      memoryUsedBytes: column('memoryUsedBytes'),
      fanPercent: column('fanPercent'),
      graphicsClockMegahertz: column('graphicsClockMegahertz'),
    };
  }

  /** Where the reading lies that has `age` readings before it. */
  #indexOf(age: number): number {
    const length = this.#atMs.length;
    return (this.#next - this.#count + age + length) % length;
  }
}

function nullable(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
