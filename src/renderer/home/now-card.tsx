import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView, Status } from '../../shared/local-api.ts';
import { useConnection } from '../api/agent-context.tsx';
import { useJobs, useModels } from '../api/queries.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { jobTokensPerSecond } from '../components/job-figures.ts';
import { JobStateLabel } from '../components/job-state-label.tsx';
import { EmptyState } from '../components/message.tsx';
import { useNow } from '../components/use-now.ts';
import { formatCount, formatRate } from '../format/amount.ts';
import { formatClock, formatRunTime } from '../format/duration.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';
import { SpeedChart } from './speed-chart.tsx';
import { useLatestJob } from './use-calm-status.ts';

/** The job that runs, or the last one. Of one height in every state, so that nothing below it moves. */
export function NowCard({ status }: { status: Status }) {
  const { t } = useTranslation();
  const offline = useConnection().state.phase === 'offline';
  const newest = useJobs({}).data?.pages[0]?.jobs[0];
  const job = useLatestJob(status, newest);
  const running = !offline && status.currentJobs.length > 0;
  const emptyDetail = offline ? 'emptyOffline' : status.state === 'paused' ? 'emptyPaused' : 'emptyDetail';
  return (
    <Card
      title={t(running ? 'now.title' : 'now.titleLast')}
      className="min-h-72"
      action={
        job !== undefined && (
          <a
            href={routeHref({ screen: 'jobs', jobId: job.id })}
            aria-label={t('now.openJobLabel')}
            className="rounded text-sm font-semibold text-jade hover:underline"
          >
            {t('now.openJob')}
          </a>
        )
      }
    >
      {job === undefined ? (
        <EmptyState icon="clock" title={t('now.empty')} detail={t(`now.${emptyDetail}`)} />
      ) : (
        <JobSummary job={job} running={running} status={status} />
      )}
    </Card>
  );
}

function JobSummary({ job, running, status }: { job: JobView; running: boolean; status: Status }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const manifest = useModels().data?.models.find((model) => model.manifest.id === job.modelId)?.manifest;
  const others = status.currentJobs.length - 1;
  const generating = running && job.kind === 'text.generate';
  const speed = generating ? status.tokensPerSecond : jobTokensPerSecond(job);
  return (
    <>
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <p className="text-lg leading-7 font-bold">{t(`kind.${job.kind}`)}</p>
        <JobStateLabel state={job.state} />
      </div>
      <p className="flex h-6 min-w-0 items-center gap-2 text-muted">
        <span className="truncate">{manifest?.name ?? job.modelId}</span>
        {manifest?.demo === true && <Badge>{t('demo.model')}</Badge>}
        {others > 0 && <span className="shrink-0 text-sm">{t('now.more', { count: others })}</span>}
      </p>
      <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
        <Figure label={t('now.speed')}>{speed === null ? '–' : formatRate(speed, locale)}</Figure>
        <Figure label={t('now.tokens')}>{job.tokens === 0 ? '–' : formatCount(job.tokens, locale)}</Figure>
        <Figure label={t(running ? 'now.elapsed' : 'now.ran')}>
          {running ? <Elapsed job={job} /> : job.runMs === null ? '–' : formatRunTime(job.runMs, locale)}
        </Figure>
        <Figure label={t('now.provider')}>
          {job.provider === null ? '–' : t(`provider.${job.provider}`)}
        </Figure>
      </dl>
      <SpeedChart />
    </>
  );
}

function Elapsed({ job }: { job: JobView }) {
  const now = useNow(true);
  return formatClock(now - Date.parse(job.startedAt ?? job.acceptedAt));
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-sm text-muted" title={label}>
        {label}
      </dt>
      <dd className="truncate text-xl leading-7 font-bold tabular-nums">{children}</dd>
    </div>
  );
}
