import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { FillHours } from './fill-hours.tsx';
import { clock, HOURS } from './hours.ts';
import { parseNumber } from './number-input.ts';
import { SaveStateNote } from './save-state-note.tsx';
import { PRICE_RANGE, withHoursPriced } from './tariff-kind.ts';

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
