import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/agent-context.tsx';
import { useSettings } from '../api/queries.ts';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { ComputeSection } from './compute-section.tsx';
import { EnergySection } from './energy-section.tsx';
import { GamesSection } from './games-section.tsx';
import { IdleSection } from './idle-section.tsx';
import { ModelsSection } from './models-section.tsx';
import { ProvidersSection } from './providers-section.tsx';
import { SandboxSection } from './sandbox-section.tsx';
import { ScheduleSection } from './schedule-section.tsx';
import { WalletSection } from './wallet-section.tsx';

/** Every change is saved at once; there is no save button to forget. */
export function SettingsScreen() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-full w-full max-w-4xl flex-col gap-4 p-4 sm:p-6">
      <h1 className="text-2xl font-bold tracking-tight">{t('settings.title')}</h1>
      <Sections />
    </div>
  );
}

function Sections() {
  const { t } = useTranslation();
  const settings = useSettings();
  const { state } = useConnection();
  if (settings.data === undefined) {
    if (state.phase === 'offline')
      return (
        <EmptyState
          icon="unplugged"
          title={t('connection.offlineTitle')}
          detail={t('connection.offlineHelp')}
        />
      );
    if (settings.error !== null)
      return (
        <ErrorState
          title={t('settings.failedTitle')}
          error={settings.error}
          onRetry={() => void settings.refetch()}
        />
      );
    return (
      <div role="status" aria-label={t('app.loading')} className="flex flex-col gap-4">
        <Skeleton className="h-96" />
        <Skeleton className="h-52" />
      </div>
    );
  }
  const disabled = state.phase !== 'live';
  const { games, idle, gpu, energy, compute, models, appearance, wallet } = settings.data;
  return (
    <>
      {state.phase === 'offline' && <p className="text-muted">{t('settings.offline')}</p>}
      <GamesSection games={games} disabled={disabled} />
      <IdleSection idle={idle} games={games} disabled={disabled} />
      <ScheduleSection gpu={gpu} disabled={disabled} />
      <EnergySection energy={energy} disabled={disabled} />
      <WalletSection wallet={wallet} currency={energy.currency} disabled={disabled} />
      <SandboxSection />
      <ComputeSection compute={compute} disabled={disabled} />
      <ProvidersSection disabled={disabled} />
      <ModelsSection models={models} disabled={disabled} />
      <AppearanceSection appearance={appearance} disabled={disabled} />
    </>
  );
}
