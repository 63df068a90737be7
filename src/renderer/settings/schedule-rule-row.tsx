import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScheduleRule } from '../../shared/schedule.ts';
import { IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { useLocale } from '../i18n/use-locale.ts';
import { spanKind, weekFrom, withDayToggled } from './schedule-rules.ts';
import { TimeField } from './time-field.tsx';

const CHOICES = ['off', 'quiet', 'balanced', 'max'] as const;

/** One rule of the schedule: on which days, from when until when, and what holds then. */
export function ScheduleRuleRow({
  rule,
  number,
  isLast,
  disabled,
  onChange,
  onMove,
  onRemove,
}: {
  rule: ScheduleRule;
  number: number;
  isLast: boolean;
  disabled: boolean;
  onChange: (part: Partial<ScheduleRule>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [needsDay, setNeedsDay] = useState(false);
  const kind = spanKind(rule);
  return (
    <li className="border-line py-4 not-first:border-t first:pt-0">
      <fieldset className="flex flex-wrap items-center gap-x-5 gap-y-2.5">
        <legend className="sr-only">{t('schedule.rule', { number })}</legend>
        <Days
          rule={rule}
          label={t('schedule.days', { number })}
          disabled={disabled}
          onToggle={(day) => {
            const days = withDayToggled(rule.days, day);
            setNeedsDay(days === undefined);
            if (days !== undefined) onChange({ days });
          }}
        />
        <div className="ml-auto flex">
          <IconButton
            label={t('schedule.moveUp', { number })}
            data-control="up"
            disabled={disabled || number === 1}
            onClick={() => onMove(-1)}
          >
            <Icon name="arrowUp" className="size-4.5" />
          </IconButton>
          <IconButton
            label={t('schedule.moveDown', { number })}
            data-control="down"
            disabled={disabled || isLast}
            onClick={() => onMove(1)}
          >
            <Icon name="arrowDown" className="size-4.5" />
          </IconButton>
          <IconButton label={t('schedule.remove', { number })} disabled={disabled} onClick={onRemove}>
            <Icon name="trash" className="size-4.5" />
          </IconButton>
        </div>
        <div className="flex w-full flex-wrap items-end gap-x-3 gap-y-2.5">
          <TimeField
            label={t('schedule.from')}
            value={rule.from}
            disabled={disabled}
            onChange={(from) => onChange({ from })}
          />
          <TimeField
            label={t('schedule.until')}
            value={rule.until}
            disabled={disabled}
            onChange={(until) => onChange({ until })}
          />
          {kind !== 'within' && (
            <span className="self-end pb-2 text-sm text-muted">
              {t(kind === 'overnight' ? 'schedule.nextDay' : 'schedule.wholeDay')}
            </span>
          )}
          <div>
            <label htmlFor={`${id}-what`} className="block text-sm text-muted">
              {t('schedule.what')}
            </label>
            <select
              id={`${id}-what`}
              className="field pr-2"
              value={rule.preset}
              disabled={disabled}
              onChange={(event) => {
                const preset = CHOICES.find((choice) => choice === event.target.value);
                if (preset !== undefined) onChange({ preset });
              }}
            >
              {CHOICES.map((choice) => (
                <option key={choice} value={choice}>
                  {choice === 'off' ? t('schedule.off') : t(`gpu.preset.${choice}.name`)}
                </option>
              ))}
            </select>
          </div>
        </div>
      </fieldset>
      {needsDay && (
        <p role="alert" className="mt-1 text-sm font-semibold text-ember">
          {t('schedule.problem.day')}
        </p>
      )}
    </li>
  );
}

function Days({
  rule,
  label,
  disabled,
  onToggle,
}: {
  rule: ScheduleRule;
  label: string;
  disabled: boolean;
  onToggle: (day: number) => void;
}) {
  const locale = useLocale();
  const names = useMemo(() => dayNames(locale), [locale]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset here would be named twice by its legend.
    <div role="group" aria-label={label} className="flex gap-1">
      {names.map(({ day, long, short }) => (
        <button
          key={day}
          type="button"
          data-control="day"
          aria-pressed={rule.days.includes(day)}
          aria-label={long}
          title={long}
          disabled={disabled}
          onClick={() => onToggle(day)}
          className="h-10 w-10 rounded-control border border-line text-sm font-semibold text-muted hover:border-edge disabled:cursor-not-allowed disabled:opacity-55 aria-pressed:border-jade aria-pressed:bg-jade-wash aria-pressed:text-jade max-[26rem]:w-9"
        >
          {short}
        </button>
      ))}
    </div>
  );
}

function dayNames(locale: string): { day: number; long: string; short: string }[] {
  const long = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  return weekFrom(locale).map((day) => {
    // The first of February 2026 is a Sunday.
    const date = new Date(Date.UTC(2026, 1, 1 + day));
    return { day, long: long.format(date), short: short.format(date) };
  });
}
