import { useTranslation } from 'react-i18next';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import { Icon } from '../components/icon.tsx';
import { EmptyState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { useAmountText } from './use-amount-text.ts';

/** Gata was started without a network profile. */
export function NoNetwork() {
  const { t } = useTranslation();
  return (
    <section aria-label={t('wallet.noNetwork.title')} className="card flex flex-col">
      <EmptyState icon="network" title={t('wallet.noNetwork.title')} detail={t('wallet.noNetwork.detail')} />
      <p className="mx-auto mb-6 rounded-control bg-sunken px-3 py-1.5 font-mono text-sm select-all">
        {t('wallet.noNetwork.command')}
      </p>
    </section>
  );
}

export function TestNetwork({ overview }: { overview: WalletOverview }) {
  const { t } = useTranslation();
  const { symbol } = useAmountText();
  return (
    <p role="note" className="flex items-start gap-3 rounded-card bg-amber-wash px-4 py-3">
      <Icon name="flask" className="mt-0.5 size-5 text-amber" />
      <span className="min-w-0">
        <strong className="font-semibold">
          {t('wallet.test.title', { name: overview.wallet.network?.name ?? '' })}
        </strong>{' '}
        {t('wallet.test.detail', { symbol })}
      </span>
    </p>
  );
}

/** Why the figures are old, or absent. */
export function ChainProblem({ overview: { problem, chain } }: { overview: WalletOverview }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (problem === null) return null;
  return (
    <div role="status" className="flex items-start gap-3 rounded-card bg-amber-wash px-4 py-3">
      <Icon name="warning" className="mt-0.5 size-5 text-amber" />
      <p className="min-w-0 wrap-anywhere">
        {problem}{' '}
        {chain === null
          ? t('wallet.problem.absent')
          : t('wallet.problem.old', { moment: formatMoment(chain.lookedAt, Date.now(), locale) })}
      </p>
    </div>
  );
}

export function NoChainYet({ overview }: { overview: WalletOverview }) {
  const { t } = useTranslation();
  if (overview.problem !== null) return null;
  return (
    <div role="status" aria-label={t('wallet.looking')} className="flex flex-col gap-4">
      <p className="text-muted">{t('wallet.looking')}</p>
      <Skeleton className="h-24" />
      <Skeleton className="h-64" />
    </div>
  );
}
