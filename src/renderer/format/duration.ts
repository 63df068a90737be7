/** A span as a clock shows it: `0:04`, `12:09`, `1:02:03`. Negative spans show as `0:00`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** What is left until a moment, rounded up, so that a countdown ends at zero and not a second early. */
export function remainingMs(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1000) * 1000);
}

/** How long something ran: `38 ms`, `1.24 s`, `42 s`, and a clock from two minutes on. */
export function formatRunTime(ms: number, locale: string): string {
  if (ms < 1000) return formatUnit(Math.round(ms), 'millisecond', 0, locale);
  if (ms < 10_000) return formatUnit(ms / 1000, 'second', 2, locale);
  if (ms < 120_000) return formatUnit(ms / 1000, 'second', 0, locale);
  return formatClock(ms);
}

/** A whole span in words, as in `10 sec` or `5 min`. */
export function formatSeconds(seconds: number, locale: string): string {
  return seconds >= 120 && seconds % 60 === 0
    ? formatUnit(seconds / 60, 'minute', 0, locale)
    : formatUnit(seconds, 'second', 1, locale);
}

function formatUnit(value: number, unit: string, fractionDigits: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: fractionDigits,
  }).format(value);
}
