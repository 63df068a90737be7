export const HOURS: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);

/** When an hour of the day begins: `22:00`. */
export function clock(hour: number): string {
  return `${String(hour % HOURS.length).padStart(2, '0')}:00`;
}
