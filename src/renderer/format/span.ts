import { formatClock } from './duration.ts';

const DAY_SECONDS = 86_400;
const UNITS = [
  ['day', DAY_SECONDS],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A long span in words, in its largest unit that it fills twice, cut off: `90 days`, `36 hours`, `1 minute`. */
export function formatSpan(seconds: number, locale: string): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= 2 * length) ?? (['second', 1] as const);
  return unitText(Math.floor(seconds / size), unit, 'long', locale);
}

/** What is left, for a countdown that may take days: `6d 4h`, and a clock below a day. */
export function formatCountdown(ms: number, locale: string): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < DAY_SECONDS) return formatClock(seconds * 1000);
  const hours = Math.floor((seconds % DAY_SECONDS) / 3600);
  const days = unitText(Math.floor(seconds / DAY_SECONDS), 'day', 'narrow', locale);
  return hours === 0 ? days : `${days} ${unitText(hours, 'hour', 'narrow', locale)}`;
}

function unitText(value: number, unit: string, unitDisplay: 'narrow' | 'long', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(value);
}
