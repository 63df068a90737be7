export interface Extent {
  readonly lowest: number;
  readonly highest: number;
}

/** Lowest and highest of a column from a row on; undefined where nothing was told. */
export function extentOf(column: Float64Array, fromRow: number): Extent | undefined {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = fromRow; row < column.length; row++) {
    const value = column[row] ?? Number.NaN;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return lowest > highest ? undefined : { lowest, highest };
}
