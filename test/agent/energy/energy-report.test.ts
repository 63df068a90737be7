import { afterEach, describe, expect, it } from 'vitest';
import { EnergyReport } from '../../../src/agent/energy/energy-report.ts';
import { JobTotals } from '../../../src/agent/jobs/job-totals.ts';
import type { JobView } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';

const GATA = 10n ** 18n;
const PRICES = {
  ...DEFAULT_SETTINGS.energy,
  tariff: { kind: 'flat', pricePerKilowattHour: 0.25 },
  gataPrice: 0.5,
} as const;

function jobAt(endedAt: Date): JobView {
  return {
    id: crypto.randomUUID(),
    attempt: 1,
    kind: 'text.generate',
    modelId: 'npc-chat',
    state: 'finished',
    acceptedAt: endedAt.toISOString(),
    startedAt: endedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    tokens: 1,
    provider: 'cuda',
    runMs: 1,
    energyJoules: 3_600_000,
    earnedWei: String(GATA),
    error: null,
  };
}

function report(now: Date, jobs: readonly JobView[]) {
  const totals = new JobTotals();
  for (const job of jobs) totals.add(job);
  return new EnergyReport({
    quartersSince: (since) => totals.quartersSince(since),
    latestJobs: (limit) => jobs.slice(0, limit),
    settings: () => ({ ...DEFAULT_SETTINGS, energy: PRICES }),
    clock: { now: () => now },
  });
}

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('the energy report', () => {
  it('has each local day, newest first, days without work included', () => {
    process.env.TZ = 'America/New_York';
    const now = new Date(2026, 10, 20, 18);
    const jobs = [
      ...Array.from({ length: 6 }, () => jobAt(new Date(2026, 10, 20, 0, 0))),
      jobAt(new Date(2026, 10, 19, 23, 59)),
      jobAt(new Date(2026, 10, 17, 12)),
    ];
    const page = report(now, jobs).page(4);
    expect(page.days.map(({ date, energyJoules, net }) => [date, energyJoules / 3_600_000, net])).toEqual([
      ['2026-11-20', 6, 1.5],
      ['2026-11-19', 1, 0.25],
      ['2026-11-18', 0, 0],
      ['2026-11-17', 1, 0.25],
    ]);
    expect(page.earnedWeiPerKilowattHour).toBe(String(GATA));
    expect(report(now, jobs).today()).toMatchObject({ earnedWei: String(6n * GATA), net: 1.5 });
  });

  it('loses no hour where the clock is changed, and none in zones of half hours', () => {
    for (const [name, month, day, quarters] of [
      ['Europe/Berlin', 9, 25, 100],
      ['Europe/Berlin', 2, 29, 92],
      ['Australia/Lord_Howe', 3, 5, 98],
      ['Asia/Kathmandu', 5, 1, 96],
    ] as const) {
      process.env.TZ = name;
      const start = new Date(2026, month, day);
      const end = new Date(2026, month, day + 1);
      const jobs: JobView[] = [];
      for (let atMs = start.getTime() - 900_000; atMs < end.getTime() + 900_000; atMs += 900_000) {
        jobs.push(jobAt(new Date(atMs)));
      }
      const [next, whole, before] = report(new Date(end.getTime() + 1000), jobs).page(3).days;
      expect([next, whole, before].map((each) => (each?.energyJoules ?? 0) / 3_600_000)).toEqual([
        1,
        quarters,
        1,
      ]);
    }
  });
});
