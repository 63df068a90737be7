import type { Tariff } from '../../shared/tariff.ts';
import type { NumberRange } from './number-input.ts';

export type TariffKind = 'none' | Tariff['kind'];

/** Per kilowatt hour, in any currency. */
export const PRICE_RANGE: NumberRange = { min: 0, max: 1000, whole: false };

/** Where a user starts who never told a price: about what a kilowatt hour costs a household in Europe. */
const FIRST_PRICE = 0.3;
const HOURS = 24;

/** The tariff of another kind that keeps what is known: the flat price for every hour, or the hours' mean. */
export function tariffOfKind(kind: TariffKind, before: Tariff | null): Tariff | null {
  const price = meanPrice(before);
  switch (kind) {
    case 'none':
      return null;
    case 'flat':
      return { kind, pricePerKilowattHour: price };
    case 'hourly':
      return { kind, pricesPerKilowattHour: Array.from({ length: HOURS }, () => price) };
  }
}

/** The prices with one for the hours from `from` until before `until`, over midnight where it is not later. */
export function withHoursPriced(
  prices: readonly number[],
  from: number,
  until: number,
  price: number,
): number[] {
  const isWithin = (hour: number) =>
    from < until ? hour >= from && hour < until : hour >= from || hour < until;
  return prices.map((before, hour) => (isWithin(hour) ? price : before));
}

function meanPrice(tariff: Tariff | null): number {
  if (tariff === null) return FIRST_PRICE;
  if (tariff.kind === 'flat') return tariff.pricePerKilowattHour;
  const sum = tariff.pricesPerKilowattHour.reduce((total, price) => total + price, 0);
  return Math.round((sum / HOURS) * 10_000) / 10_000;
}
