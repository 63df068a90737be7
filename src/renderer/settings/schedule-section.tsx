import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScheduleRule } from '../../shared/schedule.ts';
import type { Settings } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { ScheduleRuleRow } from './schedule-rule-row.tsx';
import { MOST_RULES, NEW_RULE, withoutRule, withRuleChanged, withRuleMoved } from './schedule-rules.ts';
import { Section } from './section.tsx';
import { SwitchSetting } from './switch-setting.tsx';

export function ScheduleSection({ gpu, disabled }: { gpu: Settings['gpu']; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Section title={t('schedule.title')} intro={t('schedule.intro')}>
      <Rules rules={gpu.schedule} disabled={disabled} />
      <SwitchSetting
        label={t('schedule.onBattery')}
        help={t('schedule.onBatteryHelp')}
        checked={gpu.onBattery}
        disabled={disabled}
        toChange={(onBattery) => ({ gpu: { onBattery } })}
      />
    </Section>
  );
}

function Rules({ rules, disabled }: { rules: readonly ScheduleRule[]; disabled: boolean }) {
  const { t } = useTranslation();
  const { save, state } = useSaveSettings();
  const list = useRef<HTMLOListElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  /** The control that takes the focus once the rules are in their new order. */
  const focusNext = useRef<{ readonly rule: number; readonly control: string }>(undefined);
  const change = (changed: (rules: readonly ScheduleRule[]) => ScheduleRule[]) =>
    save(({ gpu }) => ({ gpu: { schedule: changed(gpu.schedule) } }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is a change of the rules that moves the focus.
  useEffect(() => {
    const next = focusNext.current;
    focusNext.current = undefined;
    if (next === undefined) return;
    const row = list.current?.children[next.rule];
    const control = row?.querySelector<HTMLElement>(`[data-control="${next.control}"]:not(:disabled)`);
    (control ?? row?.querySelector<HTMLElement>('button:not(:disabled)'))?.focus();
  }, [rules]);

  const move = (index: number, by: -1 | 1) => {
    focusNext.current = { rule: index + by, control: by === -1 ? 'up' : 'down' };
    change((current) => withRuleMoved(current, index, by));
  };
  return (
    <div>
      {rules.length === 0 ? (
        <p className="text-muted">{t('schedule.empty')}</p>
      ) : (
        <ol ref={list} className="flex flex-col">
          {rules.map((rule, index) => (
            <ScheduleRuleRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place; it holds nothing else.
              key={index}
              rule={rule}
              number={index + 1}
              isLast={index === rules.length - 1}
              disabled={disabled}
              onChange={(part) => change((current) => withRuleChanged(current, index, part))}
              onMove={(by) => move(index, by)}
              onRemove={() => {
                change((current) => withoutRule(current, index));
                addButton.current?.focus();
              }}
            />
          ))}
        </ol>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1">
        <Button
          ref={addButton}
          disabled={disabled || rules.length >= MOST_RULES}
          onClick={() => {
            focusNext.current = { rule: rules.length, control: 'day' };
            change((current) => [...current, NEW_RULE]);
          }}
        >
          <Icon name="plus" className="size-4.5" />
          {t('schedule.add')}
        </Button>
        {rules.length >= MOST_RULES && <p className="text-sm text-muted">{t('schedule.full')}</p>}
        <SaveStateNote state={state} />
      </div>
    </div>
  );
}
