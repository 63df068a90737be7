export interface LocalDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly start: Date;
  /** When the next day begins: 23 to 25 hours later. */
  readonly end: Date;
}

export function startOfLocalDay(time: Date): Date {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate());
}

/** Today and the days before it, newest first. */
export function latestLocalDays(now: Date, count: number): LocalDay[] {
  return Array.from({ length: count }, (_, ago) => {
    const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate() - ago];
    const start = new Date(year, month, day);
    return { date: localDate(start), start, end: new Date(year, month, day + 1) };
  });
}

function localDate(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
