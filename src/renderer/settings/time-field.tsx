import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A time of day (`HH:MM`), told when the field is left or Enter is pressed; Escape brings the old one back. */
export function TimeField({
  label,
  value,
  disabled,
  onChange,
}: {
  label: string;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [draft, setDraft] = useState<string>();
  /** A time field is empty while a part of it is missing. */
  const isIncomplete = draft === '';
  const commit = () => {
    if (draft === undefined || isIncomplete) return;
    setDraft(undefined);
    if (draft !== value) onChange(draft);
  };
  return (
    <div>
      <label htmlFor={id} className="block text-sm text-muted">
        {label}
      </label>
      <input
        id={id}
        type="time"
        className="field tabular-nums"
        value={draft ?? value}
        disabled={disabled}
        aria-invalid={isIncomplete}
        aria-describedby={isIncomplete ? `${id}-problem` : undefined}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setDraft(undefined);
        }}
      />
      {isIncomplete && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {t('schedule.problem.time')}
        </p>
      )}
    </div>
  );
}
