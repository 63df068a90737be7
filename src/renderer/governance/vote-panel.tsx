import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProposalView } from '../../shared/governance.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { useNow } from '../components/use-now.ts';
import { useAmountText } from '../wallet/use-amount-text.ts';
import { isExecutable } from './proposal-moments.ts';
import { isUnderWay } from './under-way.ts';
import { VOTE_KINDS } from './vote-shares.ts';

/** What the user can do about a proposal now, and what the user has done. */
export function VotePanel({
  proposal,
  onAct,
}: {
  proposal: ProposalView;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const { state, hasVoted, ownVote } = proposal;
  if (hasVoted === null) return state === 'active' ? <Note>{t('governance.vote.noWallet')}</Note> : null;
  return (
    <>
      {hasVoted && (
        <Done>
          {t(ownVote === null ? 'governance.vote.votedElsewhere' : `governance.vote.voted.${ownVote}`)}{' '}
          {state === 'active' && t('governance.vote.final')}
        </Done>
      )}
      {state === 'active' && !hasVoted && <Votes proposal={proposal} onAct={onAct} />}
      {(state === 'succeeded' || state === 'queued') && <NextStep proposal={proposal} onAct={onAct} />}
    </>
  );
}

/** Into the timelock, and out of it. */
function NextStep({ proposal, onAct }: { proposal: ProposalView; onAct: (action: WalletAction) => void }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const now = useNow(proposal.state === 'queued');
  const operations = useWalletOverview().data?.operations ?? [];
  const { id: proposalId, state } = proposal;
  if (state === 'queued' && !isExecutable(proposal, now)) return null;
  const kind = state === 'queued' ? 'execute-proposal' : 'queue-proposal';
  if (isUnderWay(operations, proposalId, kind)) return <Note busy>{t('governance.vote.stepUnderWay')}</Note>;
  return (
    <Button
      variant="primary"
      className="self-start"
      disabled={!live}
      onClick={() => onAct({ kind, proposalId })}
    >
      {t(state === 'queued' ? 'governance.vote.execute' : 'governance.vote.queue')}
    </Button>
  );
}

function Votes({ proposal, onAct }: { proposal: ProposalView; onAct: (action: WalletAction) => void }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const { number } = useAmountText();
  const operations = useWalletOverview().data?.operations ?? [];
  const { id: proposalId, powerWei } = proposal;
  if (isUnderWay(operations, proposalId, 'vote')) return <Note busy>{t('governance.vote.underWay')}</Note>;
  if (powerWei === '0') return <Note>{t('governance.vote.noPower')}</Note>;
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">{t('governance.vote.title')}</legend>
      {VOTE_KINDS.map((support) => (
        <Button
          key={support}
          variant={support === 'abstain' ? 'quiet' : 'secondary'}
          disabled={!live}
          onClick={() => onAct({ kind: 'vote', proposalId, support })}
        >
          {t(`governance.vote.${support}`)}
        </Button>
      ))}
      {powerWei !== null && (
        <span className="text-sm text-muted tabular-nums">
          {t('governance.vote.power', { votes: number(powerWei) })}
        </span>
      )}
    </fieldset>
  );
}

function Done({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-center gap-2 font-semibold">
      <Icon name="check" className="size-4.5 text-jade" />
      {children}
    </p>
  );
}

function Note({ busy = false, children }: { busy?: boolean; children: ReactNode }) {
  return (
    <p role={busy ? 'status' : undefined} className="flex items-center gap-2 text-muted">
      {busy && <Icon name="clock" className="size-4.5" />}
      {children}
    </p>
  );
}
