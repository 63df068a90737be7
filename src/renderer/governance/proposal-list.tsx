import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Governance } from '../../shared/governance.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { EmptyState } from '../components/message.tsx';
import { ProposalCard } from './proposal-card.tsx';

/** The newest proposals, newest first. */
export function ProposalList({
  governance: { proposals, more, account },
  onAct,
}: {
  governance: Governance;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="sr-only">
        {t('governance.proposals.title')}
      </h2>
      {proposals.length === 0 ? (
        <div className="card flex min-h-64 flex-col">
          <EmptyState
            icon="ballot"
            title={t('governance.proposals.none')}
            detail={t('governance.proposals.noneDetail')}
          />
        </div>
      ) : (
        <ul className="flex flex-col gap-4">
          {proposals.map((proposal) => (
            <ProposalCard key={proposal.id} proposal={proposal} account={account} onAct={onAct} />
          ))}
        </ul>
      )}
      {more && (
        <p className="mt-3 text-sm text-muted">
          {t('governance.proposals.more', { count: proposals.length })}
        </p>
      )}
    </section>
  );
}
