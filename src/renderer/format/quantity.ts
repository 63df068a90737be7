const NO_BREAK_SPACE = '\u00a0';
const JOULES_PER_WATT_HOUR = 3600;
const BYTES_PER_GIBIBYTE = 1024 ** 3;

/** Unit symbols are the same in every language; only the number follows the locale. */
function withUnit(value: number, unit: string, fractionDigits: number, locale: string): string {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: fractionDigits }).format(value);
  return number + NO_BREAK_SPACE + unit;
}

/** `68 °C`. */
export function formatCelsius(celsius: number, locale: string): string {
  return withUnit(celsius, '°C', 0, locale);
}

/** `231 W`. */
export function formatWatts(milliwatts: number, locale: string): string {
  return withUnit(milliwatts / 1000, 'W', 0, locale);
}

/** `97 %`, from 0 to 100. */
export function formatPercent(percent: number, locale: string): string {
  return withUnit(percent, '%', 0, locale);
}

/** A clock: `210 MHz`, from a gigahertz on `2.52 GHz`. */
export function formatMegahertz(megahertz: number, locale: string): string {
  return megahertz < 1000
    ? withUnit(megahertz, 'MHz', 0, locale)
    : withUnit(megahertz / 1000, 'GHz', 2, locale);
}

/** A card's memory in the unit in which it is sold: `9.4 GiB`. */
export function formatVideoMemory(bytes: number, locale: string): string {
  return withUnit(bytes / BYTES_PER_GIBIBYTE, 'GiB', 1, locale);
}

/** `412 Wh`, from a kilowatt hour on `1.24 kWh`. */
export function formatEnergy(joules: number, locale: string): string {
  const wattHours = joules / JOULES_PER_WATT_HOUR;
  if (wattHours < 10) return withUnit(wattHours, 'Wh', 1, locale);
  // 999.6 would round to "1,000 Wh".
  if (wattHours < 999.5) return withUnit(wattHours, 'Wh', 0, locale);
  return withUnit(wattHours / 1000, 'kWh', 2, locale);
}

/** `3.1 MB/s`, of NVML's kilobytes per second. */
export function formatTransferRate(kilobytesPerSecond: number, locale: string): string {
  return kilobytesPerSecond < 1_000_000
    ? withUnit(kilobytesPerSecond / 1000, 'MB/s', 1, locale)
    : withUnit(kilobytesPerSecond / 1_000_000, 'GB/s', 1, locale);
}
