import { firstNotBefore } from './decimate.ts';

/** Row of the reading nearest to a moment; undefined where none is within `withinMs`. */
export function nearestRow(times: Float64Array, atMs: number, withinMs: number): number | undefined {
  const after = firstNotBefore(times, atMs);
  const candidates = [after - 1, after].filter((row) => row >= 0 && row < times.length);
  const distance = (row: number) => Math.abs((times[row] ?? Number.NaN) - atMs);
  const nearest = candidates.sort((a, b) => distance(a) - distance(b))[0];
  return nearest === undefined || distance(nearest) > withinMs ? undefined : nearest;
}
