import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/button.tsx';
import { clock, HOURS } from './hours.ts';
import { parseNumber } from './number-input.ts';
import { PRICE_RANGE } from './tariff-kind.ts';

/** Day and night prices without typing 24 numbers. */
export function FillHours({
  disabled,
  onFill,
}: {
  disabled: boolean;
  onFill: (from: number, until: number, price: number) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [from, setFrom] = useState(22);
  const [until, setUntil] = useState(6);
  const [text, setText] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  const price = parseNumber(text, PRICE_RANGE);
  const hasProblem = isAsked && price === undefined;
  const fill = (event: FormEvent) => {
    event.preventDefault();
    setIsAsked(price === undefined);
    if (price !== undefined) onFill(from, until, price);
  };
  return (
    <form aria-label={t('energy.fill')} onSubmit={fill} className="flex flex-wrap items-end gap-x-3 gap-y-2">
      <HourSelect label={t('energy.fillFrom')} value={from} disabled={disabled} onChange={setFrom} />
      <HourSelect label={t('energy.fillUntil')} value={until} disabled={disabled} onChange={setUntil} />
      <div>
        <label htmlFor={id} className="block text-sm text-muted">
          {t('energy.fillPrice')}
        </label>
        <input
          id={id}
          className="field w-24 text-right tabular-nums"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          disabled={disabled}
          aria-invalid={hasProblem}
          aria-describedby={hasProblem ? `${id}-problem` : undefined}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Button type="submit" disabled={disabled}>
        {t('energy.fillApply')}
      </Button>
      {hasProblem && (
        <p id={`${id}-problem`} role="alert" className="w-full text-sm font-semibold text-ember">
          {t('energy.priceProblem')}
        </p>
      )}
    </form>
  );
}

function HourSelect({
  label,
  value,
  disabled,
  onChange,
}: {
  label: string;
  value: number;
  disabled: boolean;
  onChange: (hour: number) => void;
}) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="block text-sm text-muted">
        {label}
      </label>
      <select
        id={id}
        className="field pr-2 tabular-nums"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {HOURS.map((hour) => (
          <option key={hour} value={hour}>
            {clock(hour)}
          </option>
        ))}
      </select>
    </div>
  );
}
