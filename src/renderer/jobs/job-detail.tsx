import { Dialog } from 'radix-ui';
import { type ReactNode, useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../shared/local-api.ts';
import { useJob } from '../api/queries.ts';
import { IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { jobTokensPerSecond, waitedMs } from '../components/job-figures.ts';
import { JobStateLabel } from '../components/job-state-label.tsx';
import { ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { formatCount, formatRate } from '../format/amount.ts';
import { formatRunTime } from '../format/duration.ts';
import { formatExactMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';

interface JobDetailProps {
  readonly jobId: string;
  readonly onClose: () => void;
}

/** Beside the list, where there is room. Escape closes it and gives the focus back to the row. */
export function JobDetailPanel({ jobId, onClose }: JobDetailProps) {
  const { t } = useTranslation();
  const close = useCallback(() => {
    focusRow();
    onClose();
  }, [onClose]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [close]);
  return (
    <aside aria-label={t('job.title')} className="card flex w-88 shrink-0 flex-col overflow-y-auto">
      <div className="flex items-center justify-between px-5 pt-4">
        <h2 className="text-sm font-semibold text-muted">{t('job.title')}</h2>
        <IconButton label={t('job.close')} onClick={close}>
          <Icon name="close" className="size-4.5" />
        </IconButton>
      </div>
      <JobDetail jobId={jobId} />
    </aside>
  );
}

/** Over the list, on narrow screens. */
export function JobDetailDialog({ jobId, onClose }: JobDetailProps) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <div className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={focusRow}
          className="fixed inset-x-0 bottom-0 z-50 flex max-h-[90dvh] flex-col overflow-y-auto rounded-t-card border-t border-line bg-raised pb-4 shadow-pop outline-none sm:left-auto sm:top-0 sm:max-h-none sm:w-100 sm:rounded-none sm:border-l"
        >
          <div className="flex items-center justify-between px-5 pt-4">
            <Dialog.Title className="text-sm font-semibold text-muted">{t('job.title')}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton label={t('job.close')}>
                <Icon name="close" className="size-4.5" />
              </IconButton>
            </Dialog.Close>
          </div>
          <JobDetail jobId={jobId} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Gives the focus back to the list. */
function focusRow(): void {
  document.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus();
}

function JobDetail({ jobId }: { jobId: string }) {
  const { t } = useTranslation();
  const job = useJob(jobId);
  if (job.data !== undefined) return <Facts job={job.data} />;
  if (job.error !== null)
    return <ErrorState title={t('job.failed')} error={job.error} onRetry={() => void job.refetch()} />;
  return (
    <div role="status" aria-label={t('app.loading')} className="flex flex-col gap-3 p-5">
      <Skeleton className="h-8 w-2/3" />
      <Skeleton className="h-48" />
    </div>
  );
}

function Facts({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const moment = (iso: string | null) => (iso === null ? t('job.notYet') : formatExactMoment(iso, locale));
  const waited = waitedMs(job);
  const speed = jobTokensPerSecond(job);
  return (
    <div className="flex flex-col gap-4 px-5 pt-1 pb-5">
      <div>
        <p className="text-xl font-bold tracking-tight">{t(`kind.${job.kind}`)}</p>
        <JobStateLabel state={job.state} />
      </div>
      {job.error !== null && (
        <div className="rounded-control bg-ember-wash px-3.5 py-3">
          <p className="text-sm font-semibold text-ember">{t('job.error')}</p>
          <p className="mt-0.5 wrap-anywhere">{job.error.message}</p>
          <p className="mt-1 text-sm text-muted">{t('error.code', { code: job.error.code })}</p>
        </div>
      )}
      {job.state === 'preempted' && (
        <p className="rounded-control bg-amber-wash px-3.5 py-3">{t('job.preemptedHelp')}</p>
      )}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2">
        <Fact label={t('job.model')}>{job.modelId}</Fact>
        <Fact label={t('job.tokens')}>{job.tokens === 0 ? '–' : formatCount(job.tokens, locale)}</Fact>
        <Fact label={t('job.speed')}>
          {speed === null ? '–' : t('job.speedValue', { rate: formatRate(speed, locale) })}
        </Fact>
        <Fact label={t('job.waited')}>{waited === null ? '–' : formatRunTime(waited, locale)}</Fact>
        <Fact label={t('job.ran')}>{job.runMs === null ? '–' : formatRunTime(job.runMs, locale)}</Fact>
        <Fact label={t('job.provider')}>{job.provider === null ? '–' : t(`provider.${job.provider}`)}</Fact>
        <Fact label={t('job.accepted')}>{moment(job.acceptedAt)}</Fact>
        <Fact label={t('job.started')}>{moment(job.startedAt)}</Fact>
        <Fact label={t('job.ended')}>{moment(job.endedAt)}</Fact>
        <Fact label={t('job.attempt')}>{formatCount(job.attempt, locale)}</Fact>
      </dl>
      <div>
        <p className="text-muted">{t('job.id')}</p>
        <p className="font-mono text-xs leading-6 wrap-anywhere select-all">{job.id}</p>
      </div>
      <p className="text-sm text-muted">{t('job.privacy')}</p>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="text-right font-semibold wrap-anywhere tabular-nums">{children}</dd>
    </>
  );
}
