/** Readings further apart than this are not joined: Gata or the machine was off. */
const LONGEST_GAP_MS = 20_000;

export interface Decimated {
  readonly times: number[];
  /** One for each column; null where a line breaks. */
  readonly columns: (number | null)[][];
}

/**
 * The readings in a span as a chart of that many columns of pixels can show them: of the readings that fall into one
 * column the lowest and the highest, in their order, so that no peak is lost. The columns' bounds are multiples
 * of their width in time, so that the picture does not flicker while it moves.
 * @param times ms since the epoch, ascending
 * @param columns beside `times`, NaN where there is no value
 */
export function decimate(
  times: Float64Array,
  columns: readonly Float64Array[],
  span: { readonly fromMs: number; readonly untilMs: number },
  pixelColumns: number,
): Decimated {
  const bucketMs = Math.max(1, (span.untilMs - span.fromMs) / Math.max(1, pixelColumns));
  const out: Decimated = { times: [], columns: columns.map(() => []) };
  let row = Math.max(0, firstNotBefore(times, span.fromMs) - 1);
  let previousAt = Number.NaN;
  while (row < times.length) {
    const first = times[row] ?? 0;
    if (first > span.untilMs) break;
    const bucket = Math.floor(first / bucketMs);
    let end = row + 1;
    while (end < times.length && Math.floor((times[end] ?? 0) / bucketMs) === bucket) end += 1;
    if (first - previousAt > LONGEST_GAP_MS) breakLines(out, first);
    previousAt = times[end - 1] ?? first;
    addBucket(out, columns, row, end, first, previousAt);
    row = end;
  }
  return out;
}

/** Index of the first time that is not before `atMs`; the length where there is none. */
export function firstNotBefore(times: Float64Array, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function breakLines(out: Decimated, beforeMs: number): void {
  out.times.push(beforeMs - 1);
  for (const column of out.columns) column.push(null);
}

function addBucket(
  out: Decimated,
  columns: readonly Float64Array[],
  from: number,
  until: number,
  firstMs: number,
  lastMs: number,
): void {
  const isSingle = until - from === 1;
  out.times.push(firstMs);
  if (!isSingle) out.times.push(lastMs);
  for (const [index, column] of columns.entries()) {
    let lowest = -1;
    let highest = -1;
    for (let row = from; row < until; row++) {
      const value = column[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (lowest === -1 || value < (column[lowest] ?? 0)) lowest = row;
      if (highest === -1 || value > (column[highest] ?? 0)) highest = row;
    }
    const target = out.columns[index];
    if (target === undefined) continue;
    const [first, second] = lowest <= highest ? [lowest, highest] : [highest, lowest];
    target.push(first === -1 ? null : (column[first] ?? null));
    if (!isSingle) target.push(second === -1 ? null : (column[second] ?? null));
  }
}
