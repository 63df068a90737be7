import type { Profit } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { pricePerKilowattHourAt } from './electricity-price.ts';

const JOULES_PER_KILOWATT_HOUR = 3_600_000;
const WEI_PER_GATA = 1e18;

type Prices = Settings['energy'];

/** What the jobs that ended in one quarter of an hour drew and earned. */
export interface QuarterEnergy {
  readonly startMs: number;
  readonly energyJoules: number;
  /** Decimal, in wei. */
  readonly earnedWei: string;
}

/** Earnings and electricity of quarters of an hour, at the user's present prices. */
export function profitOf(
  quarters: readonly QuarterEnergy[],
  { currency, tariff, gataPrice }: Prices,
): Profit {
  let energyJoules = 0;
  let earnedWei = 0n;
  let electricityCost = 0;
  for (const quarter of quarters) {
    energyJoules += quarter.energyJoules;
    earnedWei += BigInt(quarter.earnedWei);
    if (tariff === null) continue;
    electricityCost += costOf(
      quarter.energyJoules,
      pricePerKilowattHourAt(tariff, new Date(quarter.startMs)),
    );
  }
  const cost = tariff === null ? null : electricityCost;
  const earnedValue = gataPrice === null ? null : worthOf(earnedWei, gataPrice);
  return {
    energyJoules,
    earnedWei: String(earnedWei),
    currency,
    electricityCost: cost,
    earnedValue,
    net: cost === null || earnedValue === null ? null : earnedValue - cost,
  };
}

/** What wei are worth at a price for one GATA; amounts stay exact in wei, only their worth is a float. */
export function worthOf(amountWei: bigint, gataPrice: number): number {
  return (Number(amountWei) / WEI_PER_GATA) * gataPrice;
}

function costOf(joules: number, pricePerKilowattHour: number): number {
  return (joules / JOULES_PER_KILOWATT_HOUR) * pricePerKilowattHour;
}
