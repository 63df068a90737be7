import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionPlan } from '../../shared/wallet-transactions.ts';
import { Icon } from '../components/icon.tsx';
import { FeeText } from './fee-text.tsx';
import { shortAddress } from './short-address.ts';
import { useAmountText } from './use-amount-text.ts';

/** What a plan does, in figures and in words. `isPassed`: a newer one is on its way. */
export function PlanSummary({ plan, isPassed }: { plan: ActionPlan; isPassed: boolean }) {
  const { t } = useTranslation();
  const { number, exact, symbol } = useAmountText();
  return (
    <div aria-busy={isPassed} className={`flex flex-col gap-4 ${isPassed ? 'opacity-55' : ''}`}>
      <div>
        {plan.amountWei !== null && (
          <p className="text-3xl font-bold tracking-tight wrap-anywhere tabular-nums">
            <span title={`${exact(plan.amountWei)} ${symbol}`}>{number(plan.amountWei)}</span>{' '}
            <span className="text-lg font-semibold text-muted">{symbol}</span>
          </p>
        )}
        <p className={plan.amountWei === null ? 'font-semibold wrap-anywhere' : 'text-muted wrap-anywhere'}>
          {plan.summary}
        </p>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 rounded-control bg-sunken px-4 py-3">
        <Row label={t('wallet.plan.fee')}>
          <FeeText fee={plan.fee} relayed={plan.relayed} />
        </Row>
        <Row label={t('wallet.plan.account')}>
          <span title={plan.account} className="font-mono text-sm">
            {shortAddress(plan.account)}
          </span>
        </Row>
        <Row label={t('wallet.plan.calls', { count: plan.calls.length })}>
          <span className="font-mono text-sm wrap-anywhere">
            {plan.calls.map(({ name }) => name).join(', ')}
          </span>
        </Row>
      </dl>
      {plan.warnings.length > 0 && (
        <ul aria-label={t('wallet.plan.warnings')} className="flex flex-col gap-2">
          {plan.warnings.map((warning) => (
            <li
              key={warning}
              className="flex items-start gap-2.5 rounded-control bg-amber-wash px-3.5 py-2.5"
            >
              <Icon name="warning" className="mt-0.5 size-4.5 text-amber" />
              <span className="min-w-0 wrap-anywhere">{warning}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="text-right">{children}</dd>
    </>
  );
}
