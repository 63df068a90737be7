import type { ScheduleRule } from '../../shared/schedule.ts';

export const MOST_RULES = 50;

/** What a new rule says, for the user to change: quiet nights, which stop nothing that works. */
export const NEW_RULE: ScheduleRule = {
  days: [0, 1, 2, 3, 4, 5, 6],
  from: '22:00',
  until: '07:00',
  preset: 'quiet',
};

export function withRuleChanged(
  rules: readonly ScheduleRule[],
  index: number,
  part: Partial<ScheduleRule>,
): ScheduleRule[] {
  return rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule));
}

export function withoutRule(rules: readonly ScheduleRule[], index: number): ScheduleRule[] {
  return rules.toSpliced(index, 1);
}

/** The rule one place earlier (`-1`) or later (`1`); as they are at either end. */
export function withRuleMoved(rules: readonly ScheduleRule[], index: number, by: -1 | 1): ScheduleRule[] {
  const rule = rules[index];
  const target = index + by;
  if (rule === undefined || target < 0 || target >= rules.length) return [...rules];
  return rules.toSpliced(index, 1).toSpliced(target, 0, rule);
}

/** The days with one more or one less, Sunday first as the settings have them; undefined when none is left. */
export function withDayToggled(days: readonly number[], day: number): number[] | undefined {
  const toggled = days.includes(day) ? days.filter((other) => other !== day) : [...days, day];
  return toggled.length === 0 ? undefined : toggled.toSorted((a, b) => a - b);
}

/** How far a rule's span reaches beyond the day on which it begins. */
export function spanKind(rule: Pick<ScheduleRule, 'from' | 'until'>): 'within' | 'overnight' | 'whole-day' {
  if (rule.from === rule.until) return 'whole-day';
  return rule.until < rule.from ? 'overnight' : 'within';
}

/** The days of the week from the one with which it begins where the user lives; 0 is Sunday. */
export function weekFrom(locale: string): number[] {
  const first = firstDayOfWeek(locale);
  return Array.from({ length: 7 }, (_, index) => (first + index) % 7);
}

/** Monday where the browser does not know. */
function firstDayOfWeek(locale: string): number {
  const details = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => { readonly firstDay: number };
  };
  return (details.getWeekInfo?.().firstDay ?? 1) % 7;
}
