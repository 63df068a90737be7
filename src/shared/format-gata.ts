const WEI_DIGITS = 18;
const SIGNIFICANT_FRACTION_DIGITS = 4;

/**
 * An amount of GATA from wei (10⁻¹⁸ GATA, a decimal string), cut off rather than rounded up, so that nobody is
 * promised more than there is: `1,284.0391`, `0.00001234`. All in whole numbers: a float would lose wei.
 */
export function formatGata(wei: string, locale: string): string {
  const digits = BigInt(wei)
    .toString()
    .padStart(WEI_DIGITS + 1, '0');
  const whole = new Intl.NumberFormat(locale).format(BigInt(digits.slice(0, -WEI_DIGITS)));
  const fraction = shortFraction(
    digits.slice(-WEI_DIGITS),
    digits.length > WEI_DIGITS + 1 || digits[0] !== '0',
  );
  return fraction === '' ? whole : whole + decimalSeparator(locale) + fraction;
}

/** Four digits beside a whole part, else four from the first that is not zero. */
function shortFraction(fraction: string, hasWhole: boolean): string {
  const start = hasWhole ? 0 : fraction.search(/[1-9]/);
  return fraction.slice(0, Math.max(start, 0) + SIGNIFICANT_FRACTION_DIGITS).replace(/0+$/, '');
}

function decimalSeparator(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find((part) => part.type === 'decimal')?.value ?? '.';
}
