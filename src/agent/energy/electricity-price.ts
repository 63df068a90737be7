import type { Tariff } from '../../shared/tariff.ts';

const HOUR_MS = 3600_000;

/** What a kilowatt hour costs at a moment, in the user's currency; an hourly tariff goes by the local hour. */
export function pricePerKilowattHourAt(tariff: Tariff, time: Date): number {
  switch (tariff.kind) {
    case 'flat':
      return tariff.pricePerKilowattHour;
    case 'hourly':
      return tariff.pricesPerKilowattHour[time.getHours()] ?? 0;
  }
}

/** The next full hour of the local clock, whose offset from UTC need not be whole hours. */
export function nextLocalHour(time: Date): Date {
  const intoHourMs = time.getMinutes() * 60_000 + time.getSeconds() * 1000 + time.getMilliseconds();
  return new Date(time.getTime() - intoHourMs + HOUR_MS);
}
