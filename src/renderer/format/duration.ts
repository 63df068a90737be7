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

/** How long something ran: `38ms`, `1.24s`, `42s`, and a clock from two minutes on. */
export function formatRunTime(ms: number, locale: string): string {
  if (ms < 1000) return formatUnit(ms, 'millisecond', ms < 10 ? 1 : 0, 'narrow', locale);
  if (ms < 10_000) return formatUnit(ms / 1000, 'second', 2, 'narrow', locale);
  if (ms < 120_000) return formatUnit(ms / 1000, 'second', 0, 'narrow', locale);
  return formatClock(ms);
}

/** How long something took that is over in a moment: `8.2 ms`, `41 ms`, `1,240 ms`. */
export function formatLatency(ms: number, locale: string): string {
  return formatUnit(ms, 'millisecond', ms < 10 ? 1 : 0, 'short', locale);
}

/** A span in words: `10 seconds`, `5 minutes`. */
export function formatSeconds(seconds: number, locale: string): string {
  return seconds >= 120 && seconds % 60 === 0
    ? formatUnit(seconds / 60, 'minute', 0, 'long', locale)
    : formatUnit(seconds, 'second', 1, 'long', locale);
}

function formatUnit(
  value: number,
  unit: string,
  fractionDigits: number,
  unitDisplay: 'narrow' | 'short' | 'long',
  locale: string,
): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay,
    maximumFractionDigits: fractionDigits,
  }).format(value);
}
