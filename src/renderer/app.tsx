import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from './api/agent-context.tsx';
import { useResume, useStatus } from './api/queries.ts';
import { Button } from './components/button.tsx';
import { ConnectionBanner } from './components/connection-banner.tsx';
import { ErrorBoundary } from './components/error-boundary.tsx';
import { EmptyState } from './components/message.tsx';
import { Navigation } from './components/navigation.tsx';
import { NoAccessScreen } from './components/no-access-screen.tsx';
import { StateAnnouncer } from './components/state-announcer.tsx';
import { useShortcuts } from './components/use-shortcuts.ts';
import { GamesScreen } from './games/games-screen.tsx';
import { GovernanceScreen } from './governance/governance-screen.tsx';
import { GpuScreen } from './gpu/gpu-screen.tsx';
import { heroView } from './home/hero-view.ts';
import { HomeScreen } from './home/home-screen.tsx';
import { useCalmState } from './home/use-calm-status.ts';
import { JobsScreen } from './jobs/jobs-screen.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { useTheme } from './theme/use-theme.ts';
import { goTo, useRoute } from './use-route.ts';
import { WalletScreen } from './wallet/wallet-screen.tsx';

export function App() {
  const { state } = useConnection();
  if (state.phase === 'no-token' || state.phase === 'refused')
    return <NoAccessScreen expired={state.phase === 'refused'} />;
  return <Dashboard />;
}

function Dashboard() {
  const { t } = useTranslation();
  useTheme();
  const route = useRoute();
  const status = useStatus().data;
  const phase = useConnection().state.phase;
  const calmState = useCalmState(status?.state);
  const view = status && calmState && heroView({ ...status, state: calmState }, phase);
  const stateText = view
    ? t(`state.${view.mood}`)
    : t(phase === 'offline' ? 'state.offline' : 'state.connecting');
  const resume = useResume();
  const [pauseMenuOpen, setPauseMenuOpen] = useState(false);

  useShortcuts({
    h: () => goTo({ screen: 'home' }),
    j: () => goTo({ screen: 'jobs' }),
    a: () => goTo({ screen: 'games' }),
    g: () => goTo({ screen: 'gpu' }),
    w: () => goTo({ screen: 'wallet' }),
    v: () => goTo({ screen: 'governance' }),
    s: () => goTo({ screen: 'settings' }),
    p: () => {
      if (view?.canResume === true) {
        resume.mutate(undefined);
        return;
      }
      goTo({ screen: 'home' });
      setPauseMenuOpen(true);
    },
  });

  useEffect(() => {
    document.title = `${stateText} · ${t(`screen.${route.screen}`)} · ${t('app.name')}`;
  }, [stateText, route.screen, t]);

  useEffect(
    () =>
      window.gata?.onShowScreen((screen) =>
        goTo(screen === 'claim' ? { screen: 'wallet', task: screen } : { screen }),
      ),
    [],
  );

  const main = useRef<HTMLElement>(null);
  const shownScreen = useRef(route.screen);
  useEffect(() => {
    if (shownScreen.current === route.screen) return;
    shownScreen.current = route.screen;
    main.current?.focus();
    main.current?.scrollTo({ top: 0 });
  }, [route.screen]);

  return (
    <div className="flex h-full flex-col">
      <button
        type="button"
        onClick={() => main.current?.focus()}
        className="absolute top-2 left-2 z-50 -translate-y-16 rounded-control bg-jade px-4 py-2 font-semibold text-on-jade focus:translate-y-0"
      >
        {t('app.skipToContent')}
      </button>
      <ConnectionBanner />
      <div className="flex min-h-0 grow max-md:flex-col">
        <Navigation
          screen={route.screen}
          mood={view?.mood ?? 'offline'}
          stateText={stateText}
          version={status?.version}
        />
        <main
          ref={main}
          tabIndex={-1}
          className="flex min-h-0 min-w-0 grow flex-col overflow-y-auto outline-none"
        >
          <ErrorBoundary key={route.screen} fallback={<BrokenScreen />}>
            {route.screen === 'home' && (
              <HomeScreen pauseMenu={{ open: pauseMenuOpen, onOpenChange: setPauseMenuOpen }} />
            )}
            {route.screen === 'jobs' && <JobsScreen jobId={route.jobId} />}
            {route.screen === 'games' && <GamesScreen />}
            {route.screen === 'gpu' && <GpuScreen uuid={route.uuid} />}
            {route.screen === 'wallet' && <WalletScreen task={route.task} />}
            {route.screen === 'governance' && <GovernanceScreen />}
            {route.screen === 'settings' && <SettingsScreen />}
          </ErrorBoundary>
        </main>
      </div>
      <StateAnnouncer />
    </div>
  );
}

function BrokenScreen() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="warning"
      title={t('error.pageTitle')}
      detail={t('error.unknown')}
      action={<Button onClick={() => window.location.reload()}>{t('action.reload')}</Button>}
    />
  );
}
