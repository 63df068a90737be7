import { useTranslation } from 'react-i18next';
import type { WalletChainView, WalletOverview } from '../../shared/wallet-overview.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useSettings } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Icon } from '../components/icon.tsx';
import { formatMoney } from '../format/money.ts';
import { plainToken } from '../format/token-amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { FeeText } from './fee-text.tsx';
import { isUnderWay } from './operation-phase.ts';
import { useAmountText } from './use-amount-text.ts';

/** What can be claimed, and what claiming it would cost. */
export function ClaimCard({
  overview,
  chain: { ledger, claim },
  onAct,
}: {
  overview: WalletOverview;
  chain: WalletChainView;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const live = useIsLive();
  const { number, exact, symbol, decimals } = useAmountText();
  const locale = useLocale();
  const settings = useSettings().data;
  const mayRelay = settings?.wallet.relayClaims === true;
  const price = overview.wallet.network?.test === true ? null : (settings?.energy.gataPrice ?? null);
  const isEmpty = ledger.claimableWei === '0';
  const isClaiming = overview.operations.some(
    (operation) =>
      isUnderWay(operation) &&
      operation.state !== 'mined' &&
      (operation.action.kind === 'claim' || operation.action.kind === 'claim-and-stake'),
  );
  const isRelayed = claim.relayed && mayRelay;
  const disabled = !live || isEmpty || isClaiming;
  return (
    <Card title={t('wallet.claim.title')}>
      <p className="text-4xl font-bold tracking-tight wrap-anywhere tabular-nums">
        <span title={`${exact(ledger.claimableWei)} ${symbol}`}>{number(ledger.claimableWei)}</span>{' '}
        <span className="text-lg font-semibold text-muted">{symbol}</span>
      </p>
      {!isEmpty && price !== null && settings !== undefined && (
        <p className="text-muted tabular-nums">
          {t('wallet.claim.worth', {
            // Money is only for looking at, so that a float will do.
            money: formatMoney(
              Number(plainToken(ledger.claimableWei, decimals)) * price,
              settings.energy.currency,
              locale,
            ),
          })}
        </p>
      )}
      {isEmpty ? (
        <p className="mt-1 max-w-prose text-muted">{t('wallet.claim.nothing')}</p>
      ) : (
        (claim.fee !== null || isRelayed) && (
          <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 border-t border-line pt-3">
            <dt className="text-muted">{t('wallet.claim.fee')}</dt>
            <dd className="text-right">
              {isRelayed || claim.fee === null ? (
                <span className="font-semibold text-jade">{t('wallet.fee.relayed')}</span>
              ) : (
                <FeeText fee={claim.fee} relayed={false} />
              )}
            </dd>
          </dl>
        )
      )}
      {claim.notWorthIt !== null && !isEmpty && (
        <p className="mt-3 flex items-start gap-2.5 rounded-control bg-amber-wash px-3.5 py-2.5">
          <Icon name="info" className="mt-0.5 size-4.5 text-amber" />
          <span className="min-w-0 wrap-anywhere">
            <strong className="font-semibold">{t('wallet.claim.notWorthIt')}</strong> {claim.notWorthIt}
          </span>
        </p>
      )}
      {isClaiming && (
        <p role="status" className="mt-3 flex items-center gap-2">
          <Icon name="clock" className="size-4.5 text-sky" />
          {t('wallet.claim.underWay')}
        </p>
      )}
      <div className="mt-4 flex flex-wrap gap-3">
        <Button
          variant={claim.notWorthIt === null ? 'primary' : 'secondary'}
          disabled={disabled}
          onClick={() => onAct({ kind: 'claim' })}
        >
          {t('wallet.claim.claim')}
        </Button>
        <Button disabled={disabled} onClick={() => onAct({ kind: 'claim-and-stake' })}>
          {t('wallet.claim.claimAndStake')}
        </Button>
      </div>
    </Card>
  );
}
