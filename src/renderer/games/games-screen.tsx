import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/agent-context.tsx';
import { useChooseForGame, useGames, useRescanGames } from '../api/game-queries.ts';
import { useSettings } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { GAME_CHOICES } from './game-choices.ts';
import { GameFolders } from './game-folders.tsx';
import { GamePauses } from './game-pauses.tsx';
import { GameQuestions } from './game-questions.tsx';
import { InstalledGames } from './installed-games.tsx';
import { RunningGames } from './running-games.tsx';

/** What runs now, the last pauses, what is installed, and what Gata does about each game. */
export function GamesScreen() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-full w-full max-w-5xl flex-col gap-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-2xl font-bold tracking-tight">{t('games.title')}</h1>
          <p className="max-w-prose text-muted">{t('games.intro')}</p>
        </div>
        <Rescan />
      </div>
      <Games />
    </div>
  );
}

function Games() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const games = useGames();
  const settings = useSettings();
  const { state } = useConnection();
  const choose = useChooseForGame();
  if (games.data === undefined || settings.data === undefined) {
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
    const failed = [games, settings].find(({ error }) => error !== null);
    if (failed?.error)
      return (
        <Frame>
          <ErrorState
            title={t('games.failedTitle')}
            error={failed.error}
            onRetry={() => void failed.refetch()}
          />
        </Frame>
      );
    return <LoadingGames />;
  }
  const disabled = state.phase !== 'live';
  const { running, installed, scanning, refusedFolders, pauses } = games.data;
  const { choices, folders } = settings.data.games;
  return (
    <>
      {state.phase === 'offline' && <p className="text-muted">{t('games.offline')}</p>}
      <GameQuestions games={running} />
      {choose.error !== null && (
        <p role="alert" className="rounded-card bg-ember-wash px-4 py-3">
          {t('question.failed', { message: errorText(choose.error) })}
        </p>
      )}
      <RunningGames
        games={running}
        disabled={disabled}
        onChoose={(key, choice) => choose.mutate({ key, choice })}
      />
      <GamePauses
        pauses={pauses}
        choices={choices}
        disabled={disabled}
        onChoose={(key, choice) => choose.mutate({ key, choice })}
      />
      <ChoicesExplained />
      <InstalledGames
        installed={installed}
        choices={choices}
        scanning={scanning}
        disabled={disabled}
        onChoose={(key, choice) => choose.mutate({ key, choice })}
      />
      <GameFolders folders={folders} refused={refusedFolders} disabled={disabled} />
    </>
  );
}

/** What each choice means, once for the whole screen. */
function ChoicesExplained() {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section aria-labelledby={id} className="px-1">
      <h2 id={id} className="sr-only">
        {t('games.choicesTitle')}
      </h2>
      <dl className="grid gap-x-8 gap-y-2 text-sm md:grid-cols-3">
        {GAME_CHOICES.map((choice) => (
          <div key={choice}>
            <dt className="font-semibold">{t(`gameChoice.${choice}.name`)}</dt>
            <dd className="text-muted">{t(`gameChoice.${choice}.detail`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Rescan() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const live = useConnection().state.phase === 'live';
  const scanning = useGames().data?.scanning === true;
  const rescan = useRescanGames();
  const busy = scanning || rescan.isPending;
  return (
    <div className="flex flex-col items-end gap-1 max-sm:items-start">
      <Button disabled={!live || busy} onClick={() => rescan.mutate()}>
        <Icon name="refresh" className="size-4.5" />
        {t(busy ? 'games.scanning' : 'games.rescan')}
      </Button>
      {rescan.error !== null && (
        <p role="alert" className="max-w-72 text-sm text-ember">
          {t('games.rescanFailed', { message: errorText(rescan.error) })}
        </p>
      )}
    </div>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return <div className="card flex min-h-72 grow flex-col">{children}</div>;
}

function LoadingGames() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('app.loading')} className="flex flex-col gap-4">
      <Skeleton className="h-32" />
      <Skeleton className="h-112" />
    </div>
  );
}
