import type { GpuSample } from '../../shared/gpu.ts';
import type { GpuHistory } from '../../shared/local-api.ts';
import { GpuSeries } from './gpu-series.ts';

/**
 * The last hour of every card, outside of React: charts read it when they draw, so that a reading renders no
 * component.
 */
export class GpuRecorder {
  readonly #series = new Map<string, GpuSeries>();
  readonly #subscribers = new Set<() => void>();

  /** The function returned ends it. */
  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  series(uuid: string): GpuSeries {
    const known = this.#series.get(uuid);
    if (known !== undefined) return known;
    const series = new GpuSeries();
    this.#series.set(uuid, series);
    return series;
  }

  /** Brings the past of one card, once; readings that arrived meanwhile stay behind it. */
  seed(history: GpuHistory): void {
    this.series(history.uuid).seed(history);
    this.#tell();
  }

  record(samples: readonly GpuSample[]): void {
    const isNew = samples.map((sample) => this.series(sample.uuid).append(sample));
    if (isNew.includes(true)) this.#tell();
  }

  #tell(): void {
    for (const subscriber of this.#subscribers) subscriber();
  }
}
