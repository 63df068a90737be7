import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingsPatch } from '../../shared/settings.ts';
import { type SettingsChange, useSaveSettings } from '../api/use-save-settings.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { type NumberRange, parseNumber } from './number-input.ts';
import { SaveStateNote } from './save-state-note.tsx';
import { SettingRow } from './section.tsx';

/** A number that is saved when the field is left or Enter is pressed; Escape brings the saved one back. */
export function NumberSetting({
  label,
  help,
  unit,
  value,
  whenEmpty,
  range,
  disabled,
  toPatch,
}: {
  label: string;
  help: string;
  unit?: string;
  /** null: not set, which `whenEmpty` allows. */
  value: number | null;
  whenEmpty?: { readonly placeholder: string; readonly patch: SettingsPatch };
  range: NumberRange;
  disabled: boolean;
  toPatch: (value: number) => SettingsChange;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const { save, state } = useSaveSettings();
  const parse = (text: string) =>
    whenEmpty !== undefined && text.trim() === '' ? null : parseNumber(text, range);
  /** Undefined while nobody edits, so that the field follows the settings. */
  const [draft, setDraft] = useState<string>();
  const parsed = draft === undefined ? value : parse(draft);

  const commit = () => {
    if (parsed === undefined) return;
    setDraft(undefined);
    if (parsed === value) return;
    if (parsed !== null) save(toPatch(parsed));
    else if (whenEmpty !== undefined) save(whenEmpty.patch);
  };
  const format = (bound: number) => new Intl.NumberFormat(locale).format(bound);
  return (
    <SettingRow
      label={label}
      labelFor={id}
      help={help}
      helpId={`${id}-help`}
      note={
        parsed === undefined ? (
          <span id={`${id}-problem`} role="alert" className="mt-1 min-h-6 text-sm font-semibold text-ember">
            {t(range.whole ? 'number.problemWhole' : 'number.problem', {
              min: format(range.min),
              max: format(range.max),
            })}
          </span>
        ) : (
          <SaveStateNote state={state} />
        )
      }
    >
      <span className="flex items-center gap-2">
        <input
          id={id}
          className="field w-28 text-right tabular-nums"
          inputMode={range.whole ? 'numeric' : 'decimal'}
          autoComplete="off"
          disabled={disabled}
          placeholder={whenEmpty?.placeholder}
          value={draft ?? (value === null ? '' : String(value))}
          aria-invalid={parsed === undefined}
          aria-describedby={parsed === undefined ? `${id}-problem ${id}-help` : `${id}-help`}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') setDraft(undefined);
          }}
        />
        {unit !== undefined && <span className="w-16 text-muted">{unit}</span>}
      </span>
    </SettingRow>
  );
}
