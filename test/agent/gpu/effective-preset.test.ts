import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { effectivePreset } from '../../../src/agent/gpu/effective-preset.ts';
import type { ScheduleRule } from '../../../src/shared/schedule.ts';

const MINUTE_MS = 60_000;
const WEEK_MINUTES = 7 * 24 * 60;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const WORKDAYS = [1, 2, 3, 4, 5];

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const rule = (
  from: string,
  until: string,
  preset: ScheduleRule['preset'],
  days = EVERY_DAY,
): ScheduleRule => ({
  days,
  from,
  until,
  preset,
});
/** 20 November 2026 is a Friday. */
const friday = (hour: number, minute = 0) => new Date(2026, 10, 20, hour, minute);
const saturday = (hour: number, minute = 0) => new Date(2026, 10, 21, hour, minute);

describe('the preset of the hour', () => {
  it('is the own one without a rule, for ever', () => {
    expect(effectivePreset([], 'balanced', friday(12))).toMatchObject({ preset: 'balanced', until: null });
  });

  it('is that of the rule from its beginning up to, not at, its end', () => {
    const schedule = [rule('08:00', '18:00', 'quiet')];
    expect(effectivePreset(schedule, 'max', friday(7, 59))).toEqual({
      preset: 'max',
      since: new Date(2026, 10, 19, 18),
      until: friday(8),
    });
    const inRule = { preset: 'quiet', since: friday(8), until: friday(18) };
    expect(effectivePreset(schedule, 'max', friday(8))).toEqual(inRule);
    expect(effectivePreset(schedule, 'max', new Date(friday(18).getTime() - 1))).toEqual(inRule);
    expect(effectivePreset(schedule, 'max', friday(18))).toMatchObject({ preset: 'max', until: saturday(8) });
  });

  it('crosses midnight from the days on which the span begins', () => {
    const schedule = [rule('22:00', '06:30', 'off', WORKDAYS)];
    expect(effectivePreset(schedule, 'max', saturday(3))).toEqual({
      preset: 'off',
      since: friday(22),
      until: saturday(6, 30),
    });
    // Saturday's and Sunday's nights are free; Monday's begins on Monday.
    const monday = new Date(2026, 10, 23, 22);
    expect(effectivePreset(schedule, 'max', saturday(22))).toMatchObject({ preset: 'max', until: monday });
    expect(effectivePreset(schedule, 'max', new Date(2026, 10, 23, 3))).toMatchObject({ preset: 'max' });
  });

  it('lasts a whole day when it ends when it begins', () => {
    const schedule = [rule('09:00', '09:00', 'quiet', [5])];
    expect(effectivePreset(schedule, 'max', friday(9))).toEqual({
      preset: 'quiet',
      since: friday(9),
      until: saturday(9),
    });
    expect(effectivePreset(schedule, 'max', friday(8, 59)).preset).toBe('max');
  });

  it('is that of the first rule of those that overlap, and goes on over a change of rules', () => {
    const schedule = [
      rule('12:00', '13:00', 'off'),
      rule('08:00', '18:00', 'quiet'),
      rule('18:00', '20:00', 'quiet'),
    ];
    expect(effectivePreset(schedule, 'max', friday(11))).toMatchObject({
      preset: 'quiet',
      until: friday(12),
    });
    expect(effectivePreset(schedule, 'max', friday(12, 30))).toMatchObject({
      preset: 'off',
      until: friday(13),
    });
    expect(effectivePreset(schedule, 'max', friday(14))).toEqual({
      preset: 'quiet',
      since: friday(13),
      until: friday(20),
    });
    // A rule that asks for what the card does anyway changes nothing.
    expect(effectivePreset(schedule, 'quiet', friday(14))).toMatchObject({
      since: friday(13),
      until: saturday(12),
    });
  });

  it('never ends where the rules fill the week with the same', () => {
    const always = effectivePreset([rule('00:00', '00:00', 'off')], 'max', friday(12));
    expect(always).toMatchObject({ preset: 'off', until: null });
    expect(always.since).toEqual(new Date(2026, 10, 13));
  });

  it('begins at the first moment after a skipped time, and once at a time that comes twice', () => {
    process.env.TZ = 'Europe/Berlin';
    const spring = new Date('2026-03-29T01:00:00Z');
    expect(spring.getHours()).toBe(3);
    const inGap = [rule('02:30', '05:00', 'off')];
    const before = new Date(spring.getTime() - 1);
    expect(effectivePreset(inGap, 'max', before)).toMatchObject({ preset: 'max', until: spring });
    expect(effectivePreset(inGap, 'max', spring)).toMatchObject({ preset: 'off', since: spring });
    // Nothing is left of a span that lies within the skipped hour.
    const within = [rule('02:10', '02:40', 'off')];
    expect(effectivePreset(within, 'max', before).until).toEqual(new Date(2026, 2, 30, 2, 10));

    const firstHalfPastTwo = new Date('2026-10-25T00:30:00Z');
    const secondHalfPastTwo = new Date('2026-10-25T01:30:00Z');
    expect(secondHalfPastTwo.getHours()).toBe(2);
    const twice = [rule('02:00', '02:30', 'off'), rule('02:30', '03:00', 'quiet')];
    expect(effectivePreset(twice, 'max', new Date(firstHalfPastTwo.getTime() - 1)).preset).toBe('off');
    expect(effectivePreset(twice, 'max', firstHalfPastTwo)).toMatchObject({
      preset: 'quiet',
      until: new Date('2026-10-25T02:00:00Z'),
    });
    expect(effectivePreset(twice, 'max', secondHalfPastTwo).preset).toBe('quiet');
  });

  it.each([
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Beirut',
    'Asia/Kathmandu',
  ])('is the same until the moment it names, and another then, at every minute of a week in %s', (name) => {
    process.env.TZ = name;
    const time = fc
      .record({ hour: fc.nat(23), minute: fc.constantFrom(0, 1, 15, 30, 59) })
      .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    const anyRule = fc.record({
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      from: time,
      until: time,
      preset: fc.constantFrom('quiet' as const, 'balanced' as const, 'max' as const, 'off' as const),
    });
    // Weeks of both changes of the clock, and one of neither.
    const week = fc.constantFrom(
      Date.UTC(2026, 2, 25),
      Date.UTC(2026, 9, 22),
      Date.UTC(2026, 9, 30),
      Date.UTC(2026, 5, 3),
    );
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), week, (schedule, start) => {
        const presetAt = (atMs: number) => effectivePreset(schedule, 'balanced', new Date(atMs));
        let current = presetAt(start);
        for (let minute = 1; minute < WEEK_MINUTES; minute += 7) {
          const atMs = start + minute * MINUTE_MS;
          const changesMs = current.until?.getTime() ?? Number.POSITIVE_INFINITY;
          const next = presetAt(atMs);
          if (atMs < changesMs) {
            expect(next).toMatchObject({ preset: current.preset, until: current.until });
          } else {
            const changed = presetAt(changesMs);
            expect(changed.preset).not.toBe(current.preset);
            expect(changed.since.getTime()).toBe(changesMs);
            expect(presetAt(changesMs - 1).preset).toBe(current.preset);
          }
          current = next;
        }
      }),
      { numRuns: 4 },
    );
  });

  it('agrees with the clock on the wall, minute by minute, where the clock is not changed', () => {
    process.env.TZ = 'Asia/Tokyo';
    const schedule = [rule('22:15', '06:00', 'off', WORKDAYS), rule('05:00', '23:00', 'quiet', [0, 6])];
    const start = new Date(2026, 10, 16).getTime();
    const minuteOfDay = (time: Date) => time.getHours() * 60 + time.getMinutes();
    for (let minute = 0; minute < WEEK_MINUTES; minute += 1) {
      const time = new Date(start + minute * MINUTE_MS);
      const [today, yesterday] = [time.getDay(), (time.getDay() + 6) % 7];
      const isNight =
        (WORKDAYS.includes(today) && minuteOfDay(time) >= 22 * 60 + 15) ||
        (WORKDAYS.includes(yesterday) && minuteOfDay(time) < 6 * 60);
      const isWeekend = !WORKDAYS.includes(today) && minuteOfDay(time) >= 300 && minuteOfDay(time) < 23 * 60;
      expect(effectivePreset(schedule, 'max', time).preset).toBe(
        isNight ? 'off' : isWeekend ? 'quiet' : 'max',
      );
    }
  });
});
