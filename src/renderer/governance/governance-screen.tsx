import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GataError } from '../../shared/gata-error.ts';
import type { Governance } from '../../shared/governance.ts';
import type { PlanRequest, WalletAction } from '../../shared/wallet-transactions.ts';
import { useConnection, useIsLive } from '../api/agent-context.tsx';
import { useGovernance } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { ActionDialog } from '../wallet/action-dialog.tsx';
import { NoNetwork } from '../wallet/chain-notes.tsx';
import { type ChangeDraft, draftOf } from './change-draft.ts';
import { ParametersCard } from './parameters-card.tsx';
import { PowerCard } from './power-card.tsx';
import { ProposalList } from './proposal-list.tsx';
import { refreshAfterMs } from './proposal-moments.ts';
import { ProposeDialog } from './propose-dialog.tsx';

/** What the stakers decide: proposals, votes, and the parameters in force. */
export function GovernanceScreen() {
  const { t } = useTranslation();
  const governance = useGovernance((data) => refreshAfterMs(data, Date.now()));
  const { state } = useConnection();
  if (governance.data !== undefined) return <Decisions governance={governance.data} />;
  if (governance.error instanceof GataError && governance.error.code === 'network-not-configured') {
    return (
      <Frame>
        <NoNetwork />
      </Frame>
    );
  }
  return (
    <Frame>
      {state.phase === 'offline' ? (
        <EmptyState
          icon="unplugged"
          title={t('connection.offlineTitle')}
          detail={t('connection.offlineHelp')}
        />
      ) : governance.error !== null ? (
        <ErrorState
          title={t('governance.failedTitle')}
          error={governance.error}
          onRetry={() => void governance.refetch()}
        />
      ) : (
        <div role="status" aria-label={t('app.loading')} className="grid gap-4 lg:grid-cols-[1fr_20rem]">
          <Skeleton className="h-96" />
          <Skeleton className="h-64" />
        </div>
      )}
    </Frame>
  );
}

function Decisions({ governance }: { governance: Governance }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const [request, setRequest] = useState<PlanRequest | null>(null);
  const [isWriting, setWriting] = useState(false);
  const [draft, setDraft] = useState<ChangeDraft | null>(null);
  const { parameters, token, account } = governance;
  const act = (action: WalletAction) => setRequest({ action });
  return (
    <Frame
      action={
        account !== null && (
          <Button disabled={!live} onClick={() => setWriting(true)}>
            <Icon name="plus" className="size-4.5" />
            {t('governance.propose')}
          </Button>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
        <div className="lg:col-start-2">
          <PowerCard governance={governance} onAct={act} />
        </div>
        <div className="lg:col-start-1 lg:row-span-2 lg:row-start-1">
          <ProposalList governance={governance} onAct={act} />
        </div>
        <div className="lg:col-start-2">
          <ParametersCard parameters={parameters} />
        </div>
      </div>
      <p className="text-sm text-muted tabular-nums">{t('governance.seen', { block: governance.block })}</p>
      <ProposeDialog
        open={isWriting && request === null}
        governance={governance}
        draft={draft ?? draftOf(parameters, token.decimals)}
        onDraft={setDraft}
        onPropose={setRequest}
        onClose={() => setWriting(false)}
      />
      <ActionDialog
        request={request}
        title={request === null ? '' : t(`wallet.action.${request.action.kind}`)}
        onClose={() => setRequest(null)}
        onDone={({ action }) => {
          if (action.kind !== 'propose-change') return;
          setWriting(false);
          setDraft(null);
        }}
      />
    </Frame>
  );
}

function Frame({ action, children }: { action?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-full w-full max-w-6xl shrink-0 flex-col gap-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-2xl font-bold tracking-tight">{t('governance.title')}</h1>
          <p className="max-w-prose text-muted">{t('governance.intro')}</p>
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}
