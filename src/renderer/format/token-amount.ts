import { formatGata } from '../../shared/format-gata.ts';

const USUAL_DECIMALS = 18;

/**
 * An amount of a token from its smallest units, cut off like `formatGata`: `1,284.0391`, `-0.5`.
 * @param units a whole number, which may be negative.
 */
export function formatToken(units: string | bigint, decimals: number, locale: string): string {
  const value = BigInt(units);
  const size = value < 0n ? -value : value;
  const asUsual =
    decimals <= USUAL_DECIMALS
      ? size * 10n ** BigInt(USUAL_DECIMALS - decimals)
      : size / 10n ** BigInt(decimals - USUAL_DECIMALS);
  return (value < 0n ? '-' : '') + formatGata(String(asUsual), locale);
}

/** The same with every digit, for those who add up: `1,284.039100000000000001`. */
export function formatTokenExactly(units: string | bigint, decimals: number, locale: string): string {
  const value = BigInt(units);
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const text = new Intl.NumberFormat(locale).format(BigInt(whole));
  return (value < 0n ? '-' : '') + text + (fraction === '' ? '' : decimalSeparator(locale) + fraction);
}

/** Numbers below each other, with as many decimals each, so that their points are below each other too. */
export function alignDecimals(numbers: readonly string[], locale: string): string[] {
  const separator = decimalSeparator(locale);
  const decimals = numbers.map((number) => number.split(separator)[1]?.length ?? 0);
  const most = Math.max(0, ...decimals);
  return numbers.map((number, index) => {
    const own = decimals[index] ?? 0;
    return (own === 0 && most > 0 ? number + separator : number) + '0'.repeat(most - own);
  });
}

/** Units as a person writes them, with a point and nothing between thousands: `1284.0391`. */
export function plainToken(units: string | bigint, decimals: number): string {
  const digits = String(BigInt(units)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function decimalSeparator(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}
