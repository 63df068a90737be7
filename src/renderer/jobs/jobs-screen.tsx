import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection, useIsLive } from '../api/agent-context.tsx';
import type { JobsFilter } from '../api/api-client.ts';
import { allJobs } from '../api/job-pages.ts';
import { useJobs } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { useMediaQuery } from '../components/use-media-query.ts';
import { goTo } from '../use-route.ts';
import { JobDetailDialog, JobDetailPanel } from './job-detail.tsx';
import { JobFilters } from './job-filters.tsx';
import { JobList } from './job-list.tsx';

export function JobsScreen({ jobId }: { jobId: string | undefined }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<JobsFilter>({});
  const roomy = useMediaQuery('(min-width: 1080px)');
  const select = (id: string | undefined) => goTo({ screen: 'jobs', jobId: id });
  return (
    <div className="mx-auto flex h-full w-full max-w-7xl flex-col gap-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 className="text-2xl font-bold tracking-tight">{t('jobs.title')}</h1>
        <JobFilters filter={filter} onChange={setFilter} />
      </div>
      <div className="flex min-h-0 grow gap-4">
        <Jobs
          filter={filter}
          onClearFilter={() => setFilter({})}
          selectedId={jobId}
          onSelect={(id) => select(id)}
        />
        {jobId !== undefined && roomy && <JobDetailPanel jobId={jobId} onClose={() => select(undefined)} />}
      </div>
      {jobId !== undefined && !roomy && <JobDetailDialog jobId={jobId} onClose={() => select(undefined)} />}
    </div>
  );
}

function Jobs({
  filter,
  onClearFilter,
  selectedId,
  onSelect,
}: {
  filter: JobsFilter;
  onClearFilter: () => void;
  selectedId: string | undefined;
  onSelect: (id: string) => void;
}) {
  const { t } = useTranslation();
  const jobs = useJobs(filter);
  const { state } = useConnection();
  const listed = useMemo(() => allJobs(jobs.data?.pages ?? []), [jobs.data]);

  if (jobs.data === undefined) {
    if (state.phase === 'offline')
      return (
        <Frame>
          <EmptyState
            icon="unplugged"
            title={t('connection.offlineTitle')}
            detail={t('connection.offlineHelp')}
          />
        </Frame>
      );
    if (jobs.error !== null)
      return (
        <Frame>
          <ErrorState title={t('jobs.failedTitle')} error={jobs.error} onRetry={() => void jobs.refetch()} />
        </Frame>
      );
    return <LoadingJobs />;
  }
  if (listed.length === 0) {
    const filtered = filter.state !== undefined || filter.kind !== undefined;
    return (
      <Frame>
        {filtered ? (
          <EmptyState
            icon="list"
            title={t('jobs.emptyFiltered')}
            action={<Button onClick={onClearFilter}>{t('jobs.clearFilters')}</Button>}
          />
        ) : (
          <EmptyState icon="list" title={t('jobs.empty')} detail={t('jobs.emptyDetail')} />
        )}
      </Frame>
    );
  }
  return (
    <JobList jobs={listed} selectedId={selectedId} onSelect={onSelect} footer={<LoadMore jobs={jobs} />} />
  );
}

function LoadMore({ jobs }: { jobs: ReturnType<typeof useJobs> }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const live = useIsLive();
  if (!jobs.hasNextPage) return <p className="text-sm text-muted">{t('jobs.end')}</p>;
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 px-4">
      {jobs.isFetchNextPageError && (
        <p role="alert" className="text-sm text-ember">
          {t('jobs.loadMoreFailed', { message: errorText(jobs.error) })}
        </p>
      )}
      <Button compact disabled={!live || jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
        {t(jobs.isFetchingNextPage ? 'jobs.loadingMore' : 'jobs.loadMore')}
      </Button>
    </div>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return <div className="card flex min-h-72 grow flex-col">{children}</div>;
}

function LoadingJobs() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('app.loading')}
      className="card flex grow flex-col gap-2 overflow-hidden p-4"
    >
      {Array.from({ length: 10 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same.
        <Skeleton key={row} className="h-9" />
      ))}
    </div>
  );
}
