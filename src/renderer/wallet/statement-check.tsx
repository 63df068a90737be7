import { useTranslation } from 'react-i18next';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import { Icon } from '../components/icon.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** Whether the gateway's statements say what the node's own receipts say. */
export function StatementCheck({ statements }: { statements: WalletOverview['statements'] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (statements === null) return <p className="mt-3 text-sm text-muted">{t('wallet.statements.none')}</p>;
  const { difference, receipts, comparedAt } = statements;
  const moment = formatMoment(comparedAt, Date.now(), locale);
  if (difference !== null)
    return (
      <div role="alert" className="mt-3 flex items-start gap-2.5 rounded-control bg-ember-wash px-3.5 py-2.5">
        <Icon name="warning" className="mt-0.5 size-4.5 text-ember" />
        <p className="min-w-0 wrap-anywhere">
          <strong className="font-semibold">{t('wallet.statements.differ')}</strong> {difference}{' '}
          <span className="text-muted">{t('wallet.statements.compared', { moment })}</span>
        </p>
      </div>
    );
  return (
    <p className="mt-3 flex items-start gap-2 text-sm">
      <Icon name="check" className="mt-0.5 size-4 text-jade" />
      <span className="min-w-0">
        {t('wallet.statements.same', { count: receipts })}{' '}
        <span className="text-muted">{t('wallet.statements.compared', { moment })}</span>
      </span>
    </p>
  );
}
