import { useTranslation } from 'react-i18next';
import type { JobView } from '../../shared/local-api.ts';
import { JobStateLabel } from '../components/job-state-label.tsx';
import { formatCount } from '../format/amount.ts';
import { formatRunTime } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';

const WIDE_ROW =
  'grid grid-cols-[8rem_minmax(8rem,1.2fr)_minmax(6rem,1fr)_4.5rem_5.5rem_7.5rem_5.5rem] items-center gap-x-4 px-4';
const NARROW_ROW = 'grid grid-cols-[minmax(0,1fr)_auto] content-center gap-x-3 px-4';

export const WIDE_ROW_HEIGHT = 44;
export const NARROW_ROW_HEIGHT = 64;

/** Shared by the header and the rows, so that their columns line up. */
export function rowLayout(wide: boolean): string {
  return wide ? WIDE_ROW : NARROW_ROW;
}

/** One job's cells: columns where there is room, else two lines of two. */
export function JobCells({ job, wide }: { job: JobView; wide: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const time = formatMoment(job.acceptedAt, Date.now(), locale);
  const ran = job.runMs === null ? '–' : formatRunTime(job.runMs, locale);
  if (!wide) {
    const facts = [
      ...(job.tokens > 0 ? [t('jobs.tokenCount', { count: job.tokens })] : []),
      ...(job.runMs === null ? [] : [ran]),
      job.modelId,
    ];
    return (
      <>
        <td className="truncate font-semibold">{t(`kind.${job.kind}`)}</td>
        <td className="text-right text-sm leading-6 text-muted tabular-nums">{time}</td>
        <td className="truncate text-sm text-muted">{facts.join(' · ')}</td>
        <td className="text-right">
          <JobStateLabel state={job.state} />
        </td>
      </>
    );
  }
  return (
    <>
      <td>
        <JobStateLabel state={job.state} />
      </td>
      <td className="truncate font-semibold">{t(`kind.${job.kind}`)}</td>
      <td className="truncate text-muted">{job.modelId}</td>
      <td className="text-right tabular-nums">{job.tokens === 0 ? '–' : formatCount(job.tokens, locale)}</td>
      <td className="text-right tabular-nums">{ran}</td>
      <td className="truncate pl-4 text-muted">
        {job.provider === null ? '–' : t(`provider.${job.provider}`)}
      </td>
      <td className="text-right text-muted tabular-nums">{time}</td>
    </>
  );
}
