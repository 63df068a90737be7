/** What a number field accepts. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** The number that was typed, with a comma or a point; undefined when the field does not accept it. */
export function parseNumber(text: string, range: NumberRange): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  if (range.whole && !Number.isInteger(value)) return undefined;
  return value >= range.min && value <= range.max ? value : undefined;
}
