import type { JobView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { nextLocalHour, pricePerKilowattHourAt } from './electricity-price.ts';
import { worthOf } from './profit.ts';

const MILLIJOULES_PER_KILOWATT_HOUR = 3_600_000_000n;
/** The latest jobs that are looked at. */
const JOBS_LIMIT = 50;
/** Fewer jobs that were paid for prove nothing. */
const LEAST_PAID_JOBS = 5;
/** Jobs longer before the latest one do not count; and as long after it, nothing is known any more. */
const EVIDENCE_MS = 24 * 3600_000;
const DAY_MS = 24 * 3600_000;

type Prices = Settings['energy'];
type WorkedJob = Pick<JobView, 'state' | 'endedAt' | 'energyJoules' | 'earnedWei'>;

/** What the latest jobs earned for the energy that they drew. */
export interface EarningEvidence {
  readonly weiPerKilowattHour: bigint;
  /** So that it does not hold for ever where no jobs are done any more. */
  readonly agesOutAt: Date;
}

export interface Profitability {
  /** null: the prices or the evidence do not tell. */
  readonly worthwhile: boolean | null;
  readonly earnedWeiPerKilowattHour: bigint | null;
  /** What that is worth, in the user's currency. */
  readonly valuePerKilowattHour: number | null;
  /** What electricity costs now, in the user's currency. */
  readonly pricePerKilowattHour: number | null;
  /** When it is not worthwhile: the next hour that is cheap enough, or when the evidence is too old to tell. */
  readonly until: Date | null;
}

/**
 * @param jobs newest first. A job that ended without a result drew energy and earned nothing; a result that the
 * gateway has not credited yet, and a job without a measured draw, do not count.
 * @returns null when the jobs are too few or too long ago.
 */
export function evidenceOf(jobs: readonly WorkedJob[], now: Date): EarningEvidence | null {
  const measured = jobs.flatMap(asMeasured).slice(0, JOBS_LIMIT);
  const latestMs = Math.max(...measured.map((job) => job.endedMs));
  const counted = measured.filter((job) => latestMs - job.endedMs <= EVIDENCE_MS);
  const millijoules = counted.reduce((sum, job) => sum + job.millijoules, 0n);
  const paid = counted.filter((job) => job.isPaid).length;
  if (paid < LEAST_PAID_JOBS || millijoules === 0n || latestMs + EVIDENCE_MS <= now.getTime()) return null;
  const wei = counted.reduce((sum, job) => sum + job.wei, 0n);
  return {
    weiPerKilowattHour: (wei * MILLIJOULES_PER_KILOWATT_HOUR) / millijoules,
    agesOutAt: new Date(latestMs + EVIDENCE_MS),
  };
}

function asMeasured({ state, endedAt, energyJoules, earnedWei }: WorkedJob) {
  if (endedAt === null || energyJoules === null || (state === 'finished' && earnedWei === null)) return [];
  return [
    {
      endedMs: Date.parse(endedAt),
      millijoules: BigInt(Math.round(energyJoules * 1000)),
      wei: BigInt(earnedWei ?? 0),
      isPaid: earnedWei !== null,
    },
  ];
}

/** Whether the work earns what its electricity costs, at the user's prices and the tariff of the hour. */
export function profitability(evidence: EarningEvidence | null, prices: Prices, now: Date): Profitability {
  const { tariff, gataPrice } = prices;
  const earnedWeiPerKilowattHour = evidence?.weiPerKilowattHour ?? null;
  const value =
    earnedWeiPerKilowattHour === null || gataPrice === null
      ? null
      : worthOf(earnedWeiPerKilowattHour, gataPrice);
  const price = tariff === null ? null : pricePerKilowattHourAt(tariff, now);
  const worthwhile = value === null || price === null ? null : value >= price;
  const shown = {
    worthwhile,
    earnedWeiPerKilowattHour,
    valuePerKilowattHour: value,
    pricePerKilowattHour: price,
  };
  if (worthwhile !== false || evidence === null || value === null) return { ...shown, until: null };
  const cheaper = nextHourAtMost(prices, value, now);
  return { ...shown, until: cheaper !== null && cheaper < evidence.agesOutAt ? cheaper : evidence.agesOutAt };
}

/** Why compute should stop: the user wants no loss, and there is one. null: it need not. */
export function costsMoney(
  jobs: readonly WorkedJob[],
  prices: Prices,
  now: Date,
): { message: string; until: Date | null } | null {
  if (!prices.stopAtLoss || prices.tariff === null || prices.gataPrice === null) return null;
  const { worthwhile, valuePerKilowattHour, pricePerKilowattHour, until } = profitability(
    evidenceOf(jobs, now),
    prices,
    now,
  );
  if (worthwhile !== false || valuePerKilowattHour === null || pricePerKilowattHour === null) return null;
  const price = amount(pricePerKilowattHour, prices.currency);
  const value = amount(valuePerKilowattHour, prices.currency);
  return { message: `A kilowatt hour costs ${price} and earns ${value}`, until };
}

function nextHourAtMost({ tariff }: Prices, value: number, now: Date): Date | null {
  if (tariff === null || tariff.kind === 'flat') return null;
  let hour = nextLocalHour(now);
  while (hour.getTime() - now.getTime() <= DAY_MS + 2 * 3600_000) {
    if (pricePerKilowattHourAt(tariff, hour) <= value) return hour;
    hour = nextLocalHour(hour);
  }
  return null;
}

function amount(value: number, currency: string): string {
  return `${value.toFixed(value < 1 ? 3 : 2)} ${currency}`;
}
