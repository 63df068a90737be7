import { useTranslation } from 'react-i18next';
import type { ProposalView } from '../../shared/governance.ts';
import { Icon } from '../components/icon.tsx';
import { useAmountText } from '../wallet/use-amount-text.ts';
import { ShareBar } from './share-bar.tsx';
import { usePercent } from './use-percent.ts';
import { quorumShare, voteShares } from './vote-shares.ts';

const FILLS = { for: 'fill-jade', against: 'fill-ember', abstain: 'fill-edge' } as const;

/** How the votes stand, and whether enough take part. */
export function VoteBars({ proposal }: { proposal: ProposalView }) {
  const { t } = useTranslation();
  const percent = usePercent();
  const { number } = useAmountText();
  const quorum = quorumShare(proposal);
  if (quorum === null) return <p className="text-sm text-muted">{t('governance.votes.notBegun')}</p>;
  const missing = proposal.state === 'active' ? 'quorumMissing' : 'quorumMissed';
  return (
    <div>
      <ul aria-label={t('governance.votes.title')} className="flex flex-col gap-1.5">
        {voteShares(proposal).map(({ kind, wei, thousandths }) => (
          <li
            key={kind}
            className="grid grid-cols-[5.5rem_1fr] items-center gap-x-3 sm:grid-cols-[5.5rem_1fr_13rem]"
          >
            <span className="text-muted">{t(`governance.votes.${kind}`)}</span>
            <ShareBar parts={[{ name: kind, share: thousandths, fill: FILLS[kind] }]} />
            <span className="col-start-2 text-sm tabular-nums sm:col-start-3">
              {t('governance.votes.part', { votes: number(wei), percent: percent(thousandths * 10) })}
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-3 grid grid-cols-[5.5rem_1fr] items-center gap-x-3 border-t border-line pt-3 sm:grid-cols-[5.5rem_1fr_13rem]">
        <span className="text-muted">{t('governance.votes.quorum')}</span>
        <ShareBar
          parts={[
            {
              name: 'quorum',
              share: quorum.thousandths,
              fill: quorum.isReached ? 'fill-jade' : 'fill-amber',
            },
          ]}
        />
        <span className="col-start-2 flex items-start gap-1.5 text-sm tabular-nums sm:col-start-3">
          {quorum.isReached && <Icon name="check" className="mt-0.5 size-4 text-jade" />}
          {t(`governance.votes.${quorum.isReached ? 'quorumReached' : missing}`, {
            votes: number(quorum.takingPartWei),
            needed: number(quorum.neededWei),
          })}
        </span>
      </div>
    </div>
  );
}
