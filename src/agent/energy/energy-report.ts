import type { Clock } from '../../shared/clock.ts';
import type { EnergyPage, JobView, Profit } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { QuarterTotals } from '../jobs/job-totals.ts';
import { latestLocalDays, startOfLocalDay } from './local-days.ts';
import { profitOf } from './profit.ts';
import { evidenceOf } from './profitability.ts';

/** Among so many of the latest jobs are the fifty that tell of the profit, even when others were not measured. */
const JOBS_LOOKED_AT = 200;

export interface EnergyReportParts {
  /** Totals of the jobs that ended since a time, by quarter of an hour. */
  readonly quartersSince: (since: Date) => readonly QuarterTotals[];
  /** The latest jobs, newest first. */
  readonly latestJobs: (limit: number) => readonly JobView[];
  readonly settings: () => Settings;
  readonly clock: Clock;
}

/** What the user's electricity and earnings come to, from the job history and the prices in the settings. */
export class EnergyReport {
  readonly #parts: EnergyReportParts;

  constructor(parts: EnergyReportParts) {
    this.#parts = parts;
  }

  /** Since local midnight. */
  today(): Profit {
    const { quartersSince, clock } = this.#parts;
    return this.#profitOf(quartersSince(startOfLocalDay(clock.now())));
  }

  /** Local days, newest first. @param days 1 to 31. */
  page(days: number): EnergyPage {
    const { quartersSince, latestJobs, clock } = this.#parts;
    const now = clock.now();
    const spans = latestLocalDays(now, days);
    const quarters = quartersSince(spans.at(-1)?.start ?? now);
    const evidence = evidenceOf(latestJobs(JOBS_LOOKED_AT), now);
    return {
      days: spans.map(({ date, start, end }) => {
        const isOfDay = ({ startMs }: QuarterTotals) => startMs >= start.getTime() && startMs < end.getTime();
        return { date, ...this.#profitOf(quarters.filter(isOfDay)) };
      }),
      earnedWeiPerKilowattHour: evidence === null ? null : String(evidence.weiPerKilowattHour),
    };
  }

  #profitOf(quarters: readonly QuarterTotals[]): Profit {
    const energies = quarters.map(({ startMs, totals: { energyJoules, earnedWei } }) => ({
      startMs,
      energyJoules,
      earnedWei,
    }));
    return profitOf(energies, this.#parts.settings().energy);
  }
}
