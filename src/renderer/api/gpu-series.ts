import type { GpuSample } from '../../shared/gpu.ts';
import type { GpuHistory } from '../../shared/local-api.ts';

/** What is kept of each reading, for charts. */
const GPU_COLUMNS = [
  'temperatureC',
  'memoryTemperatureC',
  'powerMilliwatts',
  'utilisationPercent',
  'memoryUsedBytes',
  'fanPercent',
  'graphicsClockMegahertz',
] as const satisfies readonly (keyof GpuHistory & keyof GpuSample)[];
export type GpuColumn = (typeof GPU_COLUMNS)[number];

const KEPT_MS = 3_600_000;
/** An hour at two readings a second, twice over, so that making room is rare. */
const CAPACITY = 16_384;

/**
 * One card's last hour: columns of numbers, oldest first, NaN where the card did not tell. They live in place, so
 * that a reading costs no allocation; whoever draws reads them through `times` and `column`.
 */
export class GpuSeries {
  readonly #atMs = new Float64Array(CAPACITY);
  readonly #columns: Readonly<Record<GpuColumn, Float64Array>> = {
    temperatureC: new Float64Array(CAPACITY),
    memoryTemperatureC: new Float64Array(CAPACITY),
    powerMilliwatts: new Float64Array(CAPACITY),
    utilisationPercent: new Float64Array(CAPACITY),
    memoryUsedBytes: new Float64Array(CAPACITY),
    fanPercent: new Float64Array(CAPACITY),
    graphicsClockMegahertz: new Float64Array(CAPACITY),
  };
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Of the newest reading, in ms since the epoch; undefined before the first. */
  get lastAtMs(): number | undefined {
    return this.length === 0 ? undefined : this.#atMs[this.#end - 1];
  }

  /** When each reading was taken, in ms since the epoch. Valid until the next change. */
  get times(): Float64Array {
    return this.#atMs.subarray(this.#start, this.#end);
  }

  /** The readings of one kind, beside `times`. Valid until the next change. */
  column(name: GpuColumn): Float64Array {
    return this.#columns[name].subarray(this.#start, this.#end);
  }

  /** False for a reading that is not newer than the newest. */
  append(sample: GpuSample): boolean {
    return this.#push(sample.atMs, (name) => sample[name]);
  }

  /** Puts the agent's past before what arrived since it was asked. */
  seed(history: GpuHistory): void {
    const newest = history.atMs.at(-1) ?? Number.NEGATIVE_INFINITY;
    const since = this.times.findIndex((atMs) => atMs > newest);
    const atMs = since === -1 ? [] : [...this.times.subarray(since)];
    const rest = new Map(GPU_COLUMNS.map((name) => [name, [...this.column(name).subarray(since)]]));
    this.#start = 0;
    this.#end = 0;
    for (const [row, at] of history.atMs.entries()) this.#push(at, (name) => history[name][row]);
    for (const [row, at] of atMs.entries()) this.#push(at, (name) => rest.get(name)?.[row]);
  }

  #push(atMs: number, value: (name: GpuColumn) => number | null | undefined): boolean {
    const last = this.lastAtMs;
    if (last !== undefined && atMs <= last) return false;
    if (this.#end === CAPACITY) this.#makeRoom();
    this.#atMs[this.#end] = atMs;
    for (const name of GPU_COLUMNS) this.#columns[name][this.#end] = value(name) ?? Number.NaN;
    this.#end += 1;
    while ((this.#atMs[this.#start] ?? atMs) < atMs - KEPT_MS) this.#start += 1;
    return true;
  }

  /** Moves what is kept to the front; of readings closer together than two a second, the newer half. */
  #makeRoom(): void {
    const from = Math.max(this.#start, CAPACITY / 2);
    for (const column of [this.#atMs, ...Object.values(this.#columns)]) column.copyWithin(0, from, this.#end);
    this.#start = 0;
    this.#end -= from;
  }
}
