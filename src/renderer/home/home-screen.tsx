import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/agent-context.tsx';
import { useStatus } from '../api/queries.ts';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { GameQuestions } from '../games/game-questions.tsx';
import { MachineCard } from './machine-card.tsx';
import { Notices } from './notices.tsx';
import { NowCard } from './now-card.tsx';
import { Quarantine } from './quarantine.tsx';
import { StatusHero } from './status-hero.tsx';
import { TodayCard } from './today-card.tsx';

export function HomeScreen({
  pauseMenu,
}: {
  pauseMenu: { open: boolean; onOpenChange: (open: boolean) => void };
}) {
  const { t } = useTranslation();
  const status = useStatus();
  const { state } = useConnection();

  if (status.data === undefined) {
    if (state.phase === 'offline')
      return (
        <EmptyState
          icon="unplugged"
          title={t('connection.offlineTitle')}
          detail={t('connection.offlineHelp')}
        />
      );
    if (status.error !== null)
      return (
        <ErrorState title={t('error.pageTitle')} error={status.error} onRetry={() => void status.refetch()} />
      );
    return <LoadingHome />;
  }
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-4 p-4 sm:p-6">
      <StatusHero status={status.data} pauseMenu={pauseMenu} />
      <GameQuestions games={status.data.games} />
      <Notices notices={status.data.notices} />
      <Quarantine models={status.data.quarantinedModels} />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]">
        <div className="flex flex-col gap-4">
          <NowCard status={status.data} />
          <TodayCard today={status.data.today} profit={status.data.todayProfit} />
        </div>
        <MachineCard status={status.data} />
      </div>
    </div>
  );
}

function LoadingHome() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('app.loading')}
      className="mx-auto flex w-full max-w-6xl flex-col gap-4 p-4 sm:p-6"
    >
      <Skeleton className="h-44" />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]">
        <div className="flex flex-col gap-4">
          <Skeleton className="h-64" />
          <Skeleton className="h-60" />
        </div>
        <Skeleton className="h-112" />
      </div>
    </div>
  );
}
