import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  NEW_RULE,
  spanKind,
  weekFrom,
  withDayToggled,
  withoutRule,
  withRuleMoved,
} from '../../../src/renderer/settings/schedule-rules.ts';
import { type ScheduleRule, scheduleRuleSchema } from '../../../src/shared/schedule.ts';

const rules: ScheduleRule[] = ['08:00', '09:00', '10:00'].map((from) => ({ ...NEW_RULE, from }));
const starts = (list: readonly ScheduleRule[]) => list.map(({ from }) => from);

it('starts with a rule that the settings take', () => {
  expect(scheduleRuleSchema.parse(NEW_RULE)).toEqual(NEW_RULE);
});

it('moves a rule one place and no further than the ends', () => {
  expect(starts(withRuleMoved(rules, 2, -1))).toEqual(['08:00', '10:00', '09:00']);
  expect(starts(withRuleMoved(rules, 0, 1))).toEqual(['09:00', '08:00', '10:00']);
  expect(starts(withRuleMoved(rules, 0, -1))).toEqual(starts(rules));
  expect(starts(withRuleMoved(rules, 2, 1))).toEqual(starts(rules));
  expect(starts(withoutRule(rules, 1))).toEqual(['08:00', '10:00']);
});

it('keeps at least one day, in order and without repeats, whatever is toggled', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }), (toggles) => {
      let days: readonly number[] = [3];
      for (const day of toggles) days = withDayToggled(days, day) ?? days;
      expect(scheduleRuleSchema.shape.days.parse([...days])).toEqual([...new Set(days)].sort());
    }),
  );
});

it('tells a span within a day from one over midnight and from a whole day', () => {
  expect(spanKind({ from: '08:00', until: '17:30' })).toBe('within');
  expect(spanKind({ from: '22:00', until: '07:00' })).toBe('overnight');
  expect(spanKind({ from: '00:00', until: '00:00' })).toBe('whole-day');
});

it('begins the week where the user lives', () => {
  expect(weekFrom('en-GB')).toEqual([1, 2, 3, 4, 5, 6, 0]);
  expect(weekFrom('en-US')).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
