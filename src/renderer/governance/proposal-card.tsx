import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProposalView } from '../../shared/governance.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { Badge } from '../components/badge.tsx';
import { Icon } from '../components/icon.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { shortAddress } from '../wallet/short-address.ts';
import { TimeLeft } from './time-left.tsx';
import { VoteBars } from './vote-bars.tsx';
import { VotePanel } from './vote-panel.tsx';

const TONES = {
  pending: 'plain',
  active: 'sky',
  cancelled: 'plain',
  defeated: 'ember',
  succeeded: 'jade',
  queued: 'amber',
  expired: 'plain',
  executed: 'jade',
} as const;

/** A proposal: what it would do, how the votes stand, and what can be done about it. */
export function ProposalCard({
  proposal,
  account,
  onAct,
}: {
  proposal: ProposalView;
  account: string | null;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const isRunning = ['pending', 'active', 'succeeded', 'queued'].includes(proposal.state);
  const [isOpen, setOpen] = useState(isRunning);
  const title = proposal.title === '' ? t('governance.proposals.untitled') : proposal.title;
  return (
    <li>
      <article aria-labelledby={`${id}-title`} className="card flex min-w-0 flex-col p-5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={TONES[proposal.state]}>{t(`governance.state.${proposal.state}`)}</Badge>
          <span className="text-sm text-muted tabular-nums">
            <TimeLeft proposal={proposal} />
          </span>
        </div>
        <h3 id={`${id}-title`} className="mt-1.5">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={`${id}-details`}
            onClick={() => setOpen(!isOpen)}
            className="flex w-full min-w-0 items-start gap-2 rounded-control text-left text-lg leading-snug font-bold wrap-anywhere"
          >
            <span className="min-w-0 grow" dir="auto">
              {title}
            </span>
            <Icon name="chevronDown" className={`mt-0.5 size-5 text-muted ${isOpen ? 'rotate-180' : ''}`} />
          </button>
        </h3>
        <p className="mt-0.5 text-sm text-muted">
          <Proposer proposer={proposal.proposer} account={account} /> · <Voting proposal={proposal} />
        </p>
        <div id={`${id}-details`} hidden={!isOpen} className="mt-4">
          <Details proposal={proposal} onAct={onAct} />
        </div>
      </article>
    </li>
  );
}

function Details({ proposal, onAct }: { proposal: ProposalView; onAct: (action: WalletAction) => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-5">
      <Actions actions={proposal.actions} />
      <Part title={t('governance.proposals.description')}>
        <p
          className="max-h-64 overflow-y-auto rounded-control bg-sunken px-3.5 py-2.5 whitespace-pre-wrap wrap-anywhere"
          dir="auto"
        >
          {proposal.description === '' ? t('governance.proposals.noDescription') : proposal.description}
        </p>
        <p className="mt-1 text-sm text-muted">{t('governance.proposals.descriptionNote')}</p>
      </Part>
      <Part title={t('governance.votes.title')}>
        <VoteBars proposal={proposal} />
        {(proposal.state === 'pending' || proposal.state === 'active') && (
          <p className="mt-2 text-sm text-muted">{t('governance.votes.rule')}</p>
        )}
      </Part>
      <VotePanel proposal={proposal} onAct={onAct} />
    </div>
  );
}

function Actions({ actions }: Pick<ProposalView, 'actions'>) {
  const { t } = useTranslation();
  const isUnknown = actions.some(({ sentence }) => sentence === null);
  return (
    <Part title={t('governance.proposals.actions')}>
      <ol
        className={`flex flex-col gap-2 ${actions.length > 1 ? 'list-decimal pl-5 marker:text-muted' : ''}`}
      >
        {actions.map(({ target, sentence, data }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a proposal's calls never change, and two may be the same.
          <li key={index} className="wrap-anywhere">
            <span className={sentence === null ? 'font-semibold text-ember' : 'font-semibold'}>
              {sentence ?? t('governance.proposals.unknown', { address: target })}
            </span>
            <details className="mt-0.5 text-sm">
              <summary className="w-fit cursor-pointer rounded text-muted">
                {t('governance.proposals.call')}
              </summary>
              <p className="mt-1 max-h-40 overflow-y-auto rounded-control bg-sunken px-3 py-2 font-mono text-xs select-all">
                {target}
                <br />
                {data}
              </p>
            </details>
          </li>
        ))}
      </ol>
      {isUnknown && (
        <p className="mt-2 flex items-start gap-2.5 rounded-control bg-ember-wash px-3.5 py-2.5">
          <Icon name="warning" className="mt-0.5 size-4.5 text-ember" />
          {t('governance.proposals.unknownWarning')}
        </p>
      )}
    </Part>
  );
}

function Proposer({ proposer, account }: { proposer: string; account: string | null }) {
  const { t } = useTranslation();
  if (proposer.toLowerCase() === account?.toLowerCase()) return <>{t('governance.proposals.byYou')}</>;
  return <span title={proposer}>{t('governance.proposals.by', { address: shortAddress(proposer) })}</span>;
}

function Voting({ proposal: { state, voteStart, voteEnd } }: { proposal: ProposalView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = Date.now();
  const times = { start: formatMoment(voteStart, now, locale), end: formatMoment(voteEnd, now, locale) };
  if (state === 'pending') return <>{t('governance.proposals.opens', times)}</>;
  return <>{t(state === 'active' ? 'governance.proposals.opened' : 'governance.proposals.closed', times)}</>;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h4 className="mb-1.5 text-sm font-semibold text-muted">{title}</h4>
      {children}
    </section>
  );
}
