import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalletChainView, WalletOverview } from '../../shared/wallet-overview.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { formatCount } from '../format/amount.ts';
import { formatMoment } from '../format/moment.ts';
import { alignDecimals } from '../format/token-amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { EarningsBar } from './earnings-bar.tsx';
import { earningsParts } from './earnings-parts.ts';
import { StatementCheck } from './statement-check.tsx';
import { useAmountText } from './use-amount-text.ts';

const SWATCHES = {
  pending: 'bg-sky',
  waiting: 'bg-amber',
  claimable: 'bg-jade',
  claimed: 'bg-edge',
} as const;

/** Where what was earned is: the parts, and their sum. */
export function EarningsCard({
  chain: { ledger, lookedAt },
  statements,
}: {
  chain: WalletChainView;
  statements: WalletOverview['statements'];
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { number, exact, amount, decimals, symbol } = useAmountText();
  const [isExact, setExact] = useState(false);
  const { parts, shownSum, difference } = earningsParts(ledger, decimals);
  const [sum, ...figures] = alignDecimals(
    [isExact ? exact(ledger.earnedWei) : number(shownSum)].concat(
      parts.map(({ wei, shown }) => (isExact ? exact(wei ?? 0n) : number(shown))),
    ),
    locale,
  );
  const elsewhere = BigInt(ledger.claimedWei) - BigInt(ledger.claimedHereWei);
  return (
    <Card
      title={t('wallet.earnings.title')}
      action={
        <Button compact variant="quiet" aria-pressed={isExact} onClick={() => setExact(!isExact)}>
          {t('wallet.earnings.everyDigit')}
        </Button>
      }
    >
      <EarningsBar parts={parts} />
      <table className="w-full">
        <caption className="sr-only">{t('wallet.earnings.caption', { symbol })}</caption>
        <tbody>
          {parts.map(({ name, wei }, index) => (
            <tr key={name} className="border-b border-line align-top">
              <th scope="row" className="py-2 pr-3 text-left font-normal">
                <span className="flex items-center gap-2 font-semibold">
                  <span aria-hidden="true" className={`size-2.5 rounded-xs ${SWATCHES[name]}`} />
                  {t(`wallet.earnings.${name}.name`)}
                </span>
                <span className="block pl-4.5 text-sm text-muted">
                  {t(`wallet.earnings.${name}.detail`)}
                  {name === 'claimed' &&
                    elsewhere > 0n &&
                    ` ${t('wallet.earnings.elsewhere', { amount: amount(elsewhere) })}`}
                </span>
              </th>
              <td className="py-2 text-right font-semibold wrap-anywhere tabular-nums">
                {wei !== null && index > 0 && <Sign>+</Sign>}
                {wei === null ? t('wallet.earnings.unknown') : figures[index]}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-t border-edge align-top">
            <th scope="row" className="pt-2.5 pr-3 text-left font-bold">
              {t('wallet.earnings.sum', { symbol })}
            </th>
            <td className="pt-2.5 text-right font-bold wrap-anywhere tabular-nums">
              <Sign>=</Sign>
              {sum}
            </td>
          </tr>
        </tfoot>
      </table>
      {difference !== 0n && (
        <p role="alert" className="mt-3 rounded-control bg-ember-wash px-3.5 py-2.5">
          {t('wallet.earnings.notAdding', { amount: exact(difference), symbol })}
        </p>
      )}
      <StatementCheck statements={statements} />
      <p className="mt-2 text-sm text-muted">
        {t('wallet.earnings.asOf', {
          block: formatCount(ledger.block, locale),
          moment: formatMoment(lookedAt, Date.now(), locale),
        })}
      </p>
    </Card>
  );
}

function Sign({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="mr-2 font-normal text-muted">
      {children}
    </span>
  );
}
