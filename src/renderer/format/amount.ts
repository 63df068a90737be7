const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units, as disks are sold: `11.6 MB`. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let index = 0;
  // 999,950 would round to "1,000.0 kB".
  while (value >= 999.95 && index < BYTE_UNITS.length - 1) {
    value /= 1000;
    index += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: BYTE_UNITS[index] ?? 'byte',
    unitDisplay: index === 0 ? 'long' : 'short',
    maximumFractionDigits: index === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** `12,480`; from a million on `1.25M`. */
export function formatCount(count: number, locale: string): string {
  return count < 1_000_000
    ? new Intl.NumberFormat(locale).format(count)
    : new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 }).format(count);
}

/** A rate with as many digits as are worth reading: `7.4`, `182`. */
export function formatRate(rate: number, locale: string): string {
  const fractionDigits = rate < 100 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  }).format(rate);
}

/** Share of a whole, 0 to 1, 0 for an empty whole. */
export function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, part / whole));
}
