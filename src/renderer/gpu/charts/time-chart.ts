import uPlot from 'uplot';
import type { GpuSeries } from '../../api/gpu-series.ts';
import { type ChartColours, readColours } from './chart-colours.ts';
import type { ChartSpec } from './chart-spec.ts';
import { decimate, firstNotBefore } from './decimate.ts';
import { drawMarks } from './draw-marks.ts';
import { type Extent, extentOf } from './extent.ts';
import { nearestRow } from './nearest.ts';

const FONT = '11px Figtree, system-ui, sans-serif';
const VALUE_AXIS_PX = 46;
const TIME_AXIS_PX = 24;
const PADDING_PX = 8;
/** Between the times at the axis: whole minutes, since that is what they show. */
const TIME_STEPS_MS = [1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000);
/** Hovering further than this from a reading shows nothing. */
const HOVER_REACH_MS = 8000;
/** Of all charts that show the same card. */
const CURSOR_GROUP = 'gpu';

export interface TimeChartListener {
  /** The values to show beside the chart's title: those under the cursor, else the newest. */
  onValues(values: readonly (number | null)[], hoveredAtMs: number | null): void;
}

/** One chart of a card's readings, drawn with uPlot from a series that somebody else fills. */
export class TimeChart implements Disposable {
  readonly #host: HTMLElement;
  readonly #series: GpuSeries;
  readonly #listener: TimeChartListener;
  readonly #formatTime: (atMs: number) => string;
  readonly #plot: uPlot;
  #spec: ChartSpec;
  #spanMs: number;
  #size = { width: 0, height: 0 };
  #colours: ChartColours;
  #xBounds: [number, number] = [0, 1];
  #yBounds: readonly [number, number];

  constructor(
    host: HTMLElement,
    series: GpuSeries,
    spec: ChartSpec,
    spanMs: number,
    formatTime: (atMs: number) => string,
    listener: TimeChartListener,
  ) {
    this.#host = host;
    this.#series = series;
    this.#spec = spec;
    this.#spanMs = spanMs;
    this.#formatTime = formatTime;
    this.#listener = listener;
    this.#colours = readColours(host);
    this.#yBounds = spec.bounds(undefined);
    this.#plot = new uPlot(this.#options(), undefined, host);
  }

  [Symbol.dispose](): void {
    this.#plot.destroy();
  }

  /** What is shown; the number of lines stays as it was. Drawn at the next `draw`. */
  show(spec: ChartSpec, spanMs: number): void {
    this.#spec = spec;
    this.#spanMs = spanMs;
  }

  /** The theme changed. Drawn at the next `draw`. */
  refreshColours(): void {
    this.#colours = readColours(this.#host);
  }

  /** In CSS pixels; told rather than asked for at each drawing, which would lay the page out each time. */
  resize(width: number, height: number): void {
    this.#size = { width: Math.floor(width), height: Math.floor(height) };
  }

  /** Draws the newest readings. */
  draw(): void {
    const { width, height } = this.#size;
    if (width === 0 || height === 0) return;
    const { times } = this.#series;
    const untilMs = this.#series.lastAtMs ?? Date.now();
    const fromMs = untilMs - this.#spanMs;
    const columns = this.#spec.lines.map((line) => this.#series.column(line.column));
    const drawn = decimate(times, columns, { fromMs, untilMs }, width - VALUE_AXIS_PX - PADDING_PX);
    const fromRow = firstNotBefore(times, fromMs);
    this.#xBounds = [fromMs, untilMs];
    this.#yBounds = this.#spec.bounds(joined(columns.map((column) => extentOf(column, fromRow))));
    if (drawn.times.length === 0) {
      drawn.times.push(fromMs, untilMs);
      for (const column of drawn.columns) column.push(null, null);
    }
    this.#plot.batch(() => {
      if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
      this.#plot.setData([drawn.times, ...drawn.columns]);
    });
    this.#tellValues();
  }

  #tellValues(): void {
    const { times } = this.#series;
    const hoveredAtMs = this.#hoveredAtMs();
    const row = hoveredAtMs === null ? times.length - 1 : nearestRow(times, hoveredAtMs, HOVER_REACH_MS);
    const values = this.#spec.lines.map((line) => {
      const value = row === undefined ? undefined : this.#series.column(line.column)[row];
      return value === undefined || Number.isNaN(value) ? null : value;
    });
    const atMs = row === undefined ? hoveredAtMs : (times[row] ?? null);
    this.#listener.onValues(values, hoveredAtMs === null ? null : atMs);
  }

  #hoveredAtMs(): number | null {
    const left = this.#plot.cursor.left ?? -1;
    return left < 0 ? null : this.#plot.posToVal(left, 'x');
  }

  #options(): uPlot.Options {
    const quiet = { stroke: () => this.#colours.muted, font: FONT, ticks: { show: false } };
    return {
      width: 1,
      height: 1,
      ms: 1,
      padding: [PADDING_PX, PADDING_PX, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: true, range: () => this.#xBounds },
        y: { range: () => [...this.#yBounds] },
      },
      axes: [
        {
          ...quiet,
          size: TIME_AXIS_PX,
          gap: 6,
          space: 40,
          incrs: [...TIME_STEPS_MS],
          grid: { show: false },
          values: (_plot, splits) => splits.map((at) => this.#formatTime(at)),
        },
        {
          ...quiet,
          size: VALUE_AXIS_PX,
          gap: 6,
          space: 28,
          grid: { stroke: () => this.#colours.line, width: 1 },
          ...(this.#spec.tickSteps && { incrs: [...this.#spec.tickSteps] }),
          values: (_plot, splits) => splits.map((value) => this.#spec.formatTick(value)),
        },
      ],
      series: [
        {},
        ...this.#spec.lines.map(
          (line, index): uPlot.Series => ({
            label: line.label,
            stroke: () => this.#colours[line.colour],
            ...(index === 0 && this.#spec.lines.length === 1
              ? { fill: () => this.#colours[`${line.colour}-wash`] }
              : {}),
            width: 1.5,
            points: { show: false },
          }),
        ),
      ],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false, setScale: false },
        sync: { key: CURSOR_GROUP, scales: ['x', null] },
      },
      hooks: {
        draw: [(plot) => drawMarks(plot, this.#spec.marks, this.#colours, this.#yBounds)],
        setCursor: [() => this.#tellValues()],
      },
    };
  }
}

function joined(extents: readonly (Extent | undefined)[]): Extent | undefined {
  const known = extents.filter((extent) => extent !== undefined);
  if (known.length === 0) return undefined;
  return {
    lowest: Math.min(...known.map(({ lowest }) => lowest)),
    highest: Math.max(...known.map(({ highest }) => highest)),
  };
}
