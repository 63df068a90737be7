import { useTranslation } from 'react-i18next';
import type { ProposalView } from '../../shared/governance.ts';
import { useNow } from '../components/use-now.ts';
import { remainingMs } from '../format/duration.ts';
import { formatCountdown } from '../format/span.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { nextMoment } from './proposal-moments.ts';

/** What comes next, and when. Nothing once a proposal has ended. */
export function TimeLeft({ proposal }: { proposal: ProposalView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const moment = nextMoment(proposal);
  const now = useNow(moment !== null);
  const leftMs = moment === null ? 0 : remainingMs(moment, now);
  const time = formatCountdown(leftMs, locale);
  const isDue = leftMs === 0;
  switch (proposal.state) {
    case 'pending':
      return <>{isDue ? t('governance.left.beginsNow') : t('governance.left.begins', { time })}</>;
    case 'active':
      return <>{isDue ? t('governance.left.endsNow') : t('governance.left.ends', { time })}</>;
    case 'succeeded':
      return <>{t('governance.left.queue')}</>;
    case 'queued':
      return <>{isDue ? t('governance.left.execute') : t('governance.left.waits', { time })}</>;
    case 'cancelled':
    case 'defeated':
    case 'expired':
    case 'executed':
      return null;
  }
}
