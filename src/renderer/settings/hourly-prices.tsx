import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Button } from '../components/button.tsx';
import { parseNumber } from './number-input.ts';
import { SaveStateNote } from './save-state-note.tsx';
import { PRICE_RANGE, withHoursPriced } from './tariff-kind.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** `22:00`. */
function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}

/** A price for each hour of the day, one by one or many at once. */
export function HourlyPrices({
  prices,
  currency,
  disabled,
}: {
  prices: readonly number[];
  currency: string;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  const change = (changed: (prices: readonly number[]) => number[]) =>
    save(({ energy: { tariff } }) => ({
      energy:
        tariff?.kind === 'hourly'
          ? { tariff: { kind: 'hourly', pricesPerKilowattHour: changed(tariff.pricesPerKilowattHour) } }
          : {},
    }));
  const highest = Math.max(...prices);
  return (
    <div className="flex flex-col gap-4 rounded-control bg-sunken p-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <h3 id={id} className="font-semibold">
          {t('energy.hourPrices', { currency })}
        </h3>
        <SaveStateNote state={state} />
      </div>
      <FillHours
        disabled={disabled}
        onFill={(from, until, price) => change((current) => withHoursPriced(current, from, until, price))}
      />
      <ul
        aria-labelledby={id}
        className="grid grid-cols-3 gap-x-3 gap-y-2.5 min-[26rem]:grid-cols-4 sm:grid-cols-6 lg:grid-cols-8"
      >
        {HOURS.map((hour) => (
          <HourPrice
            key={hour}
            hour={hour}
            price={prices[hour] ?? 0}
            share={highest === 0 ? 0 : (prices[hour] ?? 0) / highest}
            disabled={disabled}
            onChange={(price) => change((current) => current.with(hour, price))}
          />
        ))}
      </ul>
    </div>
  );
}

function HourPrice({
  hour,
  price,
  share,
  disabled,
  onChange,
}: {
  hour: number;
  price: number;
  /** Of the highest price, 0 to 1. */
  share: number;
  disabled: boolean;
  onChange: (price: number) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const parsed = draft === undefined ? price : parseNumber(draft, PRICE_RANGE);
  const commit = () => {
    if (draft === undefined || parsed === undefined) return;
    setDraft(undefined);
    if (parsed !== price) onChange(parsed);
  };
  return (
    <li>
      <label htmlFor={id} className="flex flex-col text-sm text-muted tabular-nums">
        <span aria-hidden="true">{clock(hour)}</span>
        <span className="sr-only">
          {t('energy.hourPrice', { from: clock(hour), until: clock(hour + 1) })}
        </span>
      </label>
      <input
        id={id}
        className="field h-9 w-full px-2 text-right tabular-nums"
        inputMode="decimal"
        autoComplete="off"
        value={draft ?? String(price)}
        disabled={disabled}
        aria-invalid={parsed === undefined}
        aria-describedby={parsed === undefined ? `${id}-problem` : undefined}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setDraft(undefined);
        }}
      />
      <span aria-hidden="true" className="mt-1 block h-1 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-jade" style={{ width: `${share * 100}%` }} />
      </span>
      {parsed === undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {t('energy.priceProblem')}
        </p>
      )}
    </li>
  );
}

/** Day and night prices without typing 24 numbers. */
function FillHours({
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
