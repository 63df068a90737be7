import type { GpuColumn } from '../../api/gpu-series.ts';
import type { Extent } from './extent.ts';

export interface ChartLine {
  readonly column: GpuColumn;
  readonly label: string;
  readonly colour: 'jade' | 'sky';
}

/** A fixed value to compare with, drawn across the chart. */
export interface ChartMark {
  readonly value: number;
  readonly label: string;
  readonly colour: 'jade' | 'amber' | 'ember' | 'muted';
  /** Where its label stands, so that two of them do not meet. */
  readonly side: 'left' | 'right';
}

/** What one chart shows; values in the unit of their column. */
export interface ChartSpec {
  readonly id: 'temperature' | 'power' | 'utilisation' | 'memory' | 'fan';
  readonly title: string;
  /** The first is the main one. */
  readonly lines: readonly ChartLine[];
  readonly marks: readonly ChartMark[];
  /** Bounds of the value axis, for what is in view; undefined while nothing is. */
  readonly bounds: (extent: Extent | undefined) => readonly [number, number];
  /** Distances that the axis may have between its values; by default round numbers of the column's unit. */
  readonly tickSteps?: readonly number[];
  /** A value at full length, with its unit. */
  readonly format: (value: number) => string;
  /** A value at the axis. */
  readonly formatTick: (value: number) => string;
}
