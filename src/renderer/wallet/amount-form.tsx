import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { Button } from '../components/button.tsx';
import { plainToken } from '../format/token-amount.ts';
import { readAmount } from './typed-amount.ts';
import { useAmountText } from './use-amount-text.ts';

/** An amount of the token, checked as it is typed. `onSubmit` gets it with a point, and whether it is all there is. */
export function AmountForm({
  label,
  available,
  action,
  help,
  onSubmit,
}: {
  label: string;
  available: bigint;
  action: string;
  /** What the amount means; null while there is no valid one. */
  help: (units: bigint | null) => string;
  onSubmit: (amount: string, isAll: boolean) => void;
}) {
  const { t } = useTranslation();
  const live = useIsLive();
  const id = useId();
  const { amount, decimals, symbol } = useAmountText();
  const [text, setText] = useState('');
  const [isAll, setAll] = useState(false);
  // What there is may have changed since "Max" was pressed.
  const shown = isAll ? plainToken(available, decimals) : text;
  const { units, problem } = readAmount(shown, decimals, available);
  const isWrong = problem !== null && problem !== 'empty';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (live && units !== null) onSubmit(plainToken(units, decimals), isAll);
  };
  return (
    <form onSubmit={submit}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <span className="text-sm text-muted tabular-nums">
          {t('wallet.amount.available', { amount: amount(available) })}
        </span>
      </div>
      <div className="mt-1 flex flex-wrap gap-3">
        <span className="relative flex min-w-0 grow basis-56">
          <input
            id={id}
            className="field w-full pr-28 tabular-nums"
            inputMode="decimal"
            autoComplete="off"
            placeholder="0.0"
            value={shown}
            aria-invalid={isWrong}
            aria-describedby={`${id}-note`}
            onChange={(event) => {
              setAll(false);
              setText(event.target.value);
            }}
          />
          <span className="pointer-events-none absolute inset-y-0 right-16 flex items-center text-sm text-muted">
            {symbol}
          </span>
          <Button
            compact
            variant="quiet"
            className="absolute top-1 right-1"
            aria-label={t('wallet.amount.maxLabel', { amount: amount(available) })}
            disabled={available === 0n}
            onClick={() => setAll(true)}
          >
            {t('wallet.amount.max')}
          </Button>
        </span>
        <Button type="submit" variant="primary" disabled={!live || units === null}>
          {action}
        </Button>
      </div>
      <p
        id={`${id}-note`}
        role={isWrong ? 'alert' : undefined}
        className={`mt-1.5 min-h-5 text-sm ${isWrong ? 'font-semibold text-ember' : 'text-muted'}`}
      >
        {isWrong
          ? t(`wallet.amount.problem.${problem}`, { symbol, decimals, amount: amount(available) })
          : help(units)}
      </p>
    </form>
  );
}
