import type { Clock } from '../../shared/clock.ts';
import type { EnergyPage, JobView, Profit } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { latestLocalDays, startOfLocalDay } from './local-days.ts';
import { profitOf, type QuarterEnergy } from './profit.ts';
import { evidenceOf } from './profitability.ts';

/** So many of the latest jobs hold the fifty that count, also when others were never measured. */
const JOBS_LOOKED_AT = 200;

export interface EnergyReportParts {
  /** What the jobs drew and earned, by quarter of an hour, of those that ended since a time. */
  readonly quartersSince: (since: Date) => readonly QuarterEnergy[];
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
    const { quartersSince, settings, clock } = this.#parts;
    return profitOf(quartersSince(startOfLocalDay(clock.now())), settings().energy);
  }

  /** Local days, newest first. @param days 1 to 31. */
  page(days: number): EnergyPage {
    const { quartersSince, settings, clock } = this.#parts;
    const now = clock.now();
    const spans = latestLocalDays(now, days);
    const quarters = quartersSince(spans.at(-1)?.start ?? now);
    const evidence = evidenceOf(this.latestJobs(), now);
    return {
      days: spans.map(({ date, start, end }) => ({
        date,
        ...profitOf(
          quarters.filter(({ startMs }) => startMs >= start.getTime() && startMs < end.getTime()),
          settings().energy,
        ),
      })),
      earnedWeiPerKilowattHour: evidence === null ? null : String(evidence.weiPerKilowattHour),
    };
  }

  /** As many as an opinion about the profit needs, newest first. */
  latestJobs(): readonly JobView[] {
    return this.#parts.latestJobs(JOBS_LOOKED_AT);
  }
}
