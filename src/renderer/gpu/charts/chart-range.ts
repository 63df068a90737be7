export const CHART_RANGES = ['minutes', 'hour'] as const;
export type ChartRange = (typeof CHART_RANGES)[number];

/** How much of the past a chart shows. */
export function rangeMs(range: ChartRange): number {
  return range === 'minutes' ? 5 * 60_000 : 3_600_000;
}
