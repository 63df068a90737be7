import { useLocale } from '../i18n/use-locale.ts';

/** Writes ten-thousandths as percent: `80%`, `12.5%`. */
export function usePercent(): (basisPoints: number) => string {
  const locale = useLocale();
  return (basisPoints) =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
      basisPoints / 10_000,
    );
}
