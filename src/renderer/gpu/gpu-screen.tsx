import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpusPage } from '../../shared/local-api.ts';
import { useConnection } from '../api/agent-context.tsx';
import { useGpus } from '../api/gpu-queries.ts';
import { Icon } from '../components/icon.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { CardSwitcher } from './card-switcher.tsx';
import { EnergyCard } from './energy-card.tsx';
import { GpuCard } from './gpu-card.tsx';

/** The graphics cards: what they do, what they may do, and what that costs. */
export function GpuScreen({ uuid }: { uuid: string | undefined }) {
  const { t } = useTranslation();
  const gpus = useGpus();
  const { state } = useConnection();
  if (gpus.data !== undefined && hasCards(gpus.data)) return <Cards page={gpus.data} uuid={uuid} />;
  return (
    <Frame title={t('gpu.title', { count: 1 })}>
      {gpus.data !== undefined && gpus.data.state !== 'starting' ? (
        <NoCard page={gpus.data} />
      ) : state.phase === 'offline' ? (
        <EmptyState
          icon="unplugged"
          title={t('connection.offlineTitle')}
          detail={t('connection.offlineHelp')}
        />
      ) : gpus.error !== null ? (
        <ErrorState title={t('gpu.failedTitle')} error={gpus.error} onRetry={() => void gpus.refetch()} />
      ) : (
        <LoadingCards isStarting={gpus.data !== undefined} />
      )}
    </Frame>
  );
}

function hasCards(page: GpusPage): boolean {
  return page.gpus.length > 0 && page.state !== 'absent' && page.state !== 'starting';
}

function Cards({ page, uuid }: { page: GpusPage; uuid: string | undefined }) {
  const { t } = useTranslation();
  const shown = page.gpus.find(({ device }) => device.uuid === uuid) ?? page.gpus[0];
  return (
    <Frame title={t('gpu.title', { count: page.gpus.length })} versions={<Versions page={page} />}>
      {page.state === 'lost' && <LostDriver detail={page.detail} />}
      {page.gpus.length > 1 && <CardSwitcher page={page} shownUuid={shown?.device.uuid} />}
      {shown !== undefined && <GpuCard key={shown.device.uuid} page={page} view={shown} />}
      <EnergyCard />
    </Frame>
  );
}

function Frame({ title, versions, children }: { title: string; versions?: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-full w-full max-w-6xl shrink-0 flex-col gap-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <h1 className="text-2xl font-bold tracking-tight">{title}</h1>
        {versions}
      </div>
      {children}
    </div>
  );
}

function Versions({ page }: { page: GpusPage }) {
  const { t } = useTranslation();
  const { driverVersion, cudaVersion } = page;
  const parts: string[] = [];
  if (driverVersion !== null) parts.push(t('gpu.driver', { version: driverVersion }));
  if (cudaVersion !== null) parts.push(t('gpu.cuda', { version: cudaVersion }));
  return <p className="text-sm text-muted">{parts.join(' · ')}</p>;
}

function LostDriver({ detail }: { detail: string | null }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex items-start gap-3 rounded-card bg-amber-wash px-4 py-3">
      <Icon name="warning" className="mt-0.5 size-5 text-amber" />
      <p className="min-w-0">
        <strong className="font-semibold">{t('gpu.lostTitle')}.</strong> {detail} {t('gpu.lostDetail')}
      </p>
    </div>
  );
}

function NoCard({ page }: { page: GpusPage }) {
  const { t } = useTranslation();
  const isLost = page.state === 'lost';
  return (
    <div className="card flex grow flex-col">
      <EmptyState
        icon="graphicsCard"
        title={t(isLost ? 'gpu.lostTitle' : 'gpu.absentTitle')}
        detail={[page.detail, t(isLost ? 'gpu.lostDetail' : 'gpu.absentDetail')].filter(Boolean).join(' ')}
      />
    </div>
  );
}

function LoadingCards({ isStarting }: { isStarting: boolean }) {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={isStarting ? t('gpu.starting') : t('app.loading')}
      className="flex flex-col gap-4"
    >
      {isStarting && <p className="text-muted">{t('gpu.starting')}</p>}
      <Skeleton className="h-48" />
      <Skeleton className="h-112" />
      <Skeleton className="h-64" />
    </div>
  );
}
