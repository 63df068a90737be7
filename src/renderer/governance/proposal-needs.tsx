import { useTranslation } from 'react-i18next';
import type { Governance } from '../../shared/governance.ts';
import { Icon } from '../components/icon.tsx';
import { formatSpan } from '../format/span.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { useAmountText } from '../wallet/use-amount-text.ts';

/** The votes that it takes to propose, and how long a decision takes. */
export function ProposalNeeds({ governance }: { governance: Governance }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { number } = useAmountText();
  const { votesWei, proposalThresholdWei } = governance;
  const span = (seconds: number) => formatSpan(seconds, locale);
  const hasVotes = BigInt(votesWei) >= BigInt(proposalThresholdWei);
  return (
    <section
      aria-label={t('governance.form.needs')}
      className={`rounded-control px-3.5 py-2.5 ${hasVotes ? 'bg-sunken' : 'bg-amber-wash'}`}
    >
      <p className="flex items-start gap-2">
        <Icon
          name={hasVotes ? 'check' : 'warning'}
          className={`mt-0.5 size-4.5 ${hasVotes ? 'text-jade' : 'text-amber'}`}
        />
        <span className="min-w-0">
          {t('governance.form.needsVotes', {
            needed: number(proposalThresholdWei),
            votes: number(votesWei),
          })}
          {!hasVotes && <strong className="block font-semibold">{t('governance.form.problem.votes')}</strong>}
        </span>
      </p>
      <p className="mt-1 text-sm text-muted">
        {t('governance.form.needsDelay', {
          delay: span(governance.votingDelaySeconds),
          period: span(governance.votingPeriodSeconds),
        })}{' '}
        {t('governance.form.needsQueue', { timelock: span(governance.timelockSeconds) })}
      </p>
    </section>
  );
}
