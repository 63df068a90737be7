import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { useWalletOperations } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { formatCount } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { ActivityExport } from './activity-export.tsx';
import { ActivityRow } from './activity-row.tsx';
import { OperationDialog } from './operation-dialog.tsx';

const SHOWN_AT_FIRST = 8;

/** What the wallet did and does, newest first. */
export function ActivityCard({ overview }: { overview: WalletOverview }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const all = useWalletOperations();
  const [isLong, setLong] = useState(false);
  const [opened, setOpened] = useState<OperationView | null>(null);
  // Until the whole list is there, its beginning is.
  const operations = all.data?.operations ?? overview.operations;
  const shown = isLong ? operations : operations.slice(0, SHOWN_AT_FIRST);
  return (
    <Card
      title={t('wallet.activity.title')}
      action={operations.length > 0 && <ActivityExport operations={operations} overview={overview} />}
    >
      {operations.length > 0 ? (
        <>
          <ul aria-label={t('wallet.activity.list')}>
            {shown.map((operation) => (
              <ActivityRow key={operation.id} operation={operation} onOpen={() => setOpened(operation)} />
            ))}
          </ul>
          {operations.length > SHOWN_AT_FIRST && (
            <Button compact variant="quiet" className="mt-2 self-start" onClick={() => setLong(!isLong)}>
              {t(isLong ? 'wallet.activity.fewer' : 'wallet.activity.all', {
                amount: formatCount(operations.length, locale),
              })}
            </Button>
          )}
        </>
      ) : all.data !== undefined ? (
        <EmptyState
          icon="list"
          title={t('wallet.activity.empty')}
          detail={t('wallet.activity.emptyDetail')}
        />
      ) : all.error !== null ? (
        <ErrorState
          title={t('wallet.activity.failed')}
          error={all.error}
          onRetry={() => void all.refetch()}
        />
      ) : (
        <Skeleton className="h-24" />
      )}
      <OperationDialog given={opened} onClose={() => setOpened(null)} />
    </Card>
  );
}
