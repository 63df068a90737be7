import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costsMoney, evidenceOf, profitability } from '../../../src/agent/energy/profitability.ts';
import type { JobView } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';

type Job = Pick<JobView, 'state' | 'endedAt' | 'energyJoules' | 'earnedWei'>;
type Prices = Settings['energy'];

const HOUR_MS = 3600_000;
const NOW = new Date(2026, 10, 20, 14, 20);
const GATA = 10n ** 18n;

/** Ten jobs of the last hour that earned one GATA for each kilowatt hour, newest first. */
const jobs = (changed: Partial<Job> = {}, count = 10): Job[] =>
  Array.from({ length: count }, (_, index) => ({
    state: 'finished',
    endedAt: new Date(NOW.getTime() - index * 60_000).toISOString(),
    energyJoules: 3600,
    earnedWei: String(GATA / 1000n),
    ...changed,
  }));

const prices = (changed: Partial<Prices> = {}): Prices => ({
  ...DEFAULT_SETTINGS.energy,
  tariff: { kind: 'flat', pricePerKilowattHour: 0.3 },
  gataPrice: 0.2,
  ...changed,
});

describe('the evidence', () => {
  it('is what the latest jobs earned for their energy', () => {
    expect(evidenceOf(jobs(), NOW)).toEqual({
      weiPerKilowattHour: GATA,
      agesOutAt: new Date(NOW.getTime() + 24 * HOUR_MS),
    });
  });

  it('counts failures and hand-backs as energy that earned nothing', () => {
    const mixed = jobs().flatMap((job): Job[] => [job, { ...job, state: 'preempted', earnedWei: null }]);
    expect(evidenceOf(mixed, NOW)?.weiPerKilowattHour).toBe(GATA / 2n);
  });

  it('leaves out what is not measured, not credited yet or not over', () => {
    const unknown: Job[] = [
      ...jobs({ energyJoules: null }),
      ...jobs({ earnedWei: null }),
      ...jobs({ endedAt: null, state: 'running' }),
    ];
    expect(evidenceOf([...unknown, ...jobs()], NOW)?.weiPerKilowattHour).toBe(GATA);
    expect(evidenceOf(unknown, NOW)).toBeNull();
  });

  it('needs five jobs that were paid for, and looks at fifty', () => {
    expect(evidenceOf(jobs({}, 4), NOW)).toBeNull();
    expect(evidenceOf([...jobs({}, 4), ...jobs({ state: 'failed', earnedWei: null }, 20)], NOW)).toBeNull();
    expect(evidenceOf(jobs({}, 5), NOW)).not.toBeNull();
    expect(evidenceOf([...jobs({}, 50), ...jobs({ earnedWei: '0' }, 50)], NOW)?.weiPerKilowattHour).toBe(
      GATA,
    );
    expect(evidenceOf(jobs({ energyJoules: 0 }), NOW)).toBeNull();
  });

  it('holds for a day after the latest job, whole, and then no more', () => {
    const later = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);
    const old = jobs().map((job, index) => ({
      ...job,
      endedAt: new Date(NOW.getTime() - index * 2 * HOUR_MS).toISOString(),
    }));
    expect(evidenceOf(old, later(23.9))?.weiPerKilowattHour).toBe(GATA);
    expect(evidenceOf(old, later(24))).toBeNull();
    const gap = jobs().map((job) => ({ ...job, endedAt: later(-25).toISOString() }));
    expect(evidenceOf([...jobs({}, 4), ...gap], NOW)).toBeNull();
  });
});

describe('whether the work is worthwhile', () => {
  const evidence = evidenceOf(jobs(), NOW);

  it('compares what a kilowatt hour earns with what it costs now', () => {
    expect(profitability(evidence, prices(), NOW)).toEqual({
      worthwhile: false,
      earnedWeiPerKilowattHour: GATA,
      valuePerKilowattHour: expect.closeTo(0.2, 12),
      pricePerKilowattHour: 0.3,
      until: evidence?.agesOutAt,
    });
    expect(profitability(evidence, prices({ gataPrice: 0.3 }), NOW)).toMatchObject({
      worthwhile: true,
      until: null,
    });
  });

  it('is unknown without evidence or a price', () => {
    expect(profitability(null, prices(), NOW).worthwhile).toBeNull();
    expect(profitability(evidence, prices({ tariff: null }), NOW).worthwhile).toBeNull();
    expect(profitability(evidence, prices({ gataPrice: null }), NOW).worthwhile).toBeNull();
  });

  it('tells the next hour that is cheap enough, also after midnight', () => {
    const hourly = (cheap: number[]) =>
      prices({
        tariff: {
          kind: 'hourly',
          pricesPerKilowattHour: Array.from({ length: 24 }, (_, hour) => (cheap.includes(hour) ? 0.1 : 0.4)),
        },
      });
    const untilOf = (cheap: number[], now = NOW) => profitability(evidence, hourly(cheap), now).until;
    expect(untilOf([22, 23])).toEqual(new Date(2026, 10, 20, 22));
    expect(untilOf([2])).toEqual(new Date(2026, 10, 21, 2));
    expect(profitability(evidence, hourly([14]), NOW).worthwhile).toBe(true);
    // The hour of now begins again only after the evidence has aged out.
    const quarterPast = new Date(2026, 10, 21, 12, 15);
    expect(untilOf([11], quarterPast)).toEqual(evidence?.agesOutAt);
    expect(untilOf([])).toEqual(evidence?.agesOutAt);
  });

  it('is worthwhile at the moment it names, and not at any full hour before', () => {
    const price = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(price, { minLength: 24, maxLength: 24 }),
        fc.integer({ min: 0, max: 1439 }),
        (table, minute) => {
          const told = prices({ tariff: { kind: 'hourly', pricesPerKilowattHour: table } });
          const now = new Date(2026, 10, 20, 0, minute);
          const known = evidenceOf(jobs({ endedAt: now.toISOString() }), now);
          const { worthwhile, until } = profitability(known, told, now);
          if (worthwhile !== false || known === null) return;
          if (until === null) throw new Error('It must end some time.');
          expect(until.getTime()).toBeGreaterThan(now.getTime());
          if (until < known.agesOutAt) expect(profitability(known, told, until).worthwhile).toBe(true);
          for (let hour = now.getHours() + 1; new Date(2026, 10, 20, hour) < until; hour += 1) {
            expect(profitability(known, told, new Date(2026, 10, 20, hour)).worthwhile).toBe(false);
          }
        },
      ),
    );
  });
});

describe('stopping at a loss', () => {
  it('says what it costs and earns, and when it ends', () => {
    expect(costsMoney(jobs(), prices(), NOW)).toEqual({
      message: 'A kilowatt hour costs 0.300 EUR and earns 0.200 EUR',
      until: new Date(NOW.getTime() + 24 * HOUR_MS),
    });
  });

  it.each<[string, Job[], Partial<Prices>]>([
    ['the user does not want it', jobs(), { stopAtLoss: false }],
    ['there is no evidence', [], {}],
    ['the tariff is not told', jobs(), { tariff: null }],
    ['the price of GATA is not told', jobs(), { gataPrice: null }],
    ['the work earns its electricity', jobs(), { gataPrice: 0.31 }],
    [
      'electricity costs nothing',
      jobs({ earnedWei: '0' }),
      { tariff: { kind: 'flat', pricePerKilowattHour: 0 } },
    ],
  ])('does not happen when %s', (_when, worked, told) => {
    expect(costsMoney(worked, prices(told), NOW)).toBeNull();
  });

  it('follows changed prices at once, on the evidence that there is', () => {
    expect(costsMoney(jobs(), prices({ gataPrice: 0.2 }), NOW)).not.toBeNull();
    expect(costsMoney(jobs(), prices({ gataPrice: 0.4 }), NOW)).toBeNull();
  });

  it('tries again a day after the last job', () => {
    const dayLater = new Date(NOW.getTime() + 24 * HOUR_MS);
    expect(costsMoney(jobs(), prices(), new Date(dayLater.getTime() - 1))).not.toBeNull();
    expect(costsMoney(jobs(), prices(), dayLater)).toBeNull();
  });
});
