/**
 * An amount in a currency (ISO 4217). Work on one card costs cents a day, so that small amounts get the digits
 * that say something: `€12.40`, `€0.0031`.
 */
export function formatMoney(amount: number, currency: string, locale: string): string {
  const isSmall = amount !== 0 && Math.abs(amount) < 0.01;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    ...(isSmall && { maximumFractionDigits: 4 }),
  }).format(amount);
}
