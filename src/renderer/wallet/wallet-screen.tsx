import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { PlanRequest, WalletAction } from '../../shared/wallet-transactions.ts';
import { useConnection } from '../api/agent-context.tsx';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { Badge } from '../components/badge.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { goTo } from '../use-route.ts';
import { WalletKeysCard } from '../wallet-keys/wallet-keys-card.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { ActivityCard } from './activity-card.tsx';
import { BalanceStrip } from './balance-strip.tsx';
import { ChainProblem, NoChainYet, NoNetwork, TestNetwork } from './chain-notes.tsx';
import { ClaimCard } from './claim-card.tsx';
import { EarningsCard } from './earnings-card.tsx';
import { StakeCard } from './stake-card.tsx';
import { UnbondingCard } from './unbonding-card.tsx';

const CLAIM: PlanRequest = { action: { kind: 'claim' } };

/**
 * What was earned and where it is; claiming, staking, unstaking; what the wallet did.
 * `task`: what the user came to do, such as claiming from the tray.
 */
export function WalletScreen({ task }: { task: 'claim' | undefined }) {
  const { t } = useTranslation();
  const overview = useWalletOverview();
  const { state } = useConnection();
  if (overview.data !== undefined) return <Wallet overview={overview.data} task={task} />;
  return (
    <Frame>
      {state.phase === 'offline' ? (
        <EmptyState
          icon="unplugged"
          title={t('connection.offlineTitle')}
          detail={t('connection.offlineHelp')}
        />
      ) : overview.error !== null ? (
        <ErrorState
          title={t('wallet.failedTitle')}
          error={overview.error}
          onRetry={() => void overview.refetch()}
        />
      ) : (
        <div role="status" aria-label={t('app.loading')} className="flex flex-col gap-4">
          <Skeleton className="h-24" />
          <div className="grid gap-4 lg:grid-cols-2">
            <Skeleton className="h-80" />
            <Skeleton className="h-80" />
          </div>
        </div>
      )}
    </Frame>
  );
}

function Wallet({ overview, task }: { overview: WalletOverview; task: 'claim' | undefined }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<PlanRequest | null>(null);
  const { wallet, chain } = overview;
  const canAct = wallet.address !== null && wallet.network !== null;
  const request = chosen ?? (task === 'claim' && canAct ? CLAIM : null);
  const close = () => {
    setChosen(null);
    if (task !== undefined) goTo({ screen: 'wallet' });
  };
  const act = (action: WalletAction) => setChosen({ action });
  return (
    <Frame badge={wallet.network?.test === true && <Badge tone="amber">{t('wallet.test.badge')}</Badge>}>
      {wallet.network === null ? <NoNetwork /> : wallet.network.test && <TestNetwork overview={overview} />}
      {wallet.state === 'none' ? (
        <WalletKeysCard />
      ) : (
        <>
          {canAct && <ChainProblem overview={overview} />}
          {canAct && chain === null && <NoChainYet overview={overview} />}
          {chain !== null && (
            <>
              <BalanceStrip chain={chain} />
              <div className="grid items-start gap-4 lg:grid-cols-2">
                <div className="flex min-w-0 flex-col gap-4">
                  <ClaimCard overview={overview} chain={chain} onAct={act} />
                  <EarningsCard chain={chain} statements={overview.statements} />
                </div>
                <div className="flex min-w-0 flex-col gap-4">
                  <StakeCard chain={chain} onAct={act} />
                  <UnbondingCard chain={chain} onAct={act} />
                </div>
              </div>
            </>
          )}
          {wallet.network !== null && <ActivityCard overview={overview} />}
          <WalletKeysCard />
        </>
      )}
      <ActionDialog
        request={request}
        title={request === null ? '' : t(`wallet.action.${request.action.kind}`)}
        onClose={close}
      />
    </Frame>
  );
}

function Frame({ badge, children }: { badge?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-full w-full max-w-6xl shrink-0 flex-col gap-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-2xl font-bold tracking-tight">{t('wallet.title')}</h1>
        {badge}
      </div>
      {children}
    </div>
  );
}
