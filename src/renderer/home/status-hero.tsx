import { useTranslation } from 'react-i18next';
import type { Status } from '../../shared/local-api.ts';
import { useConnection } from '../api/agent-context.tsx';
import { CatFace, type CatMood } from '../components/cat-face.tsx';
import { Icon } from '../components/icon.tsx';
import { useNow } from '../components/use-now.ts';
import { formatClock, remainingMs } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { type HeroView, heroView } from './hero-view.ts';
import { PauseControl } from './pause-control.tsx';
import { ReasonDetail, ReasonRow } from './reason.tsx';
import { useCalmState } from './use-calm-status.ts';

const TONES: Record<CatMood, { wash: string; text: string }> = {
  working: { wash: 'bg-jade-wash', text: 'text-jade' },
  ready: { wash: 'bg-sky-wash', text: 'text-sky' },
  paused: { wash: 'bg-amber-wash', text: 'text-amber' },
  offline: { wash: 'bg-sunken', text: 'text-muted' },
};

export function StatusHero({
  status,
  pauseMenu,
}: {
  status: Status;
  pauseMenu: { open: boolean; onOpenChange: (open: boolean) => void };
}) {
  const { t } = useTranslation();
  const calmState = useCalmState(status.state);
  const view = heroView({ ...status, state: calmState }, useConnection().state.phase);
  const [primary, ...others] = view.reasons;
  const tone = TONES[view.mood];
  return (
    <section aria-label={t(`state.${view.mood}`)} className="card overflow-hidden">
      <div className="flex min-h-44 flex-wrap items-center gap-x-6 gap-y-4 p-5 sm:p-6">
        <div
          className={`flex size-20 shrink-0 items-center justify-center rounded-card sm:size-28 ${tone.wash}`}
        >
          <CatFace mood={view.mood} className="size-14 sm:size-20" />
        </div>
        <div className="min-w-48 flex-1 basis-48">
          <p className={`flex items-center gap-2 text-sm font-semibold ${tone.text}`}>
            <span className="size-2 rounded-full bg-current" aria-hidden="true" />
            {t(`state.${view.mood}`)}
          </p>
          <h1 className="mt-0.5 text-2xl leading-tight font-bold tracking-tight text-balance wrap-anywhere sm:text-3xl">
            <Headline view={view} />
          </h1>
          {primary === undefined ? (
            <p className="mt-1.5 text-muted">
              <Detail view={view} status={status} />
            </p>
          ) : (
            <ReasonDetail reason={primary} counted={view.resumesAt === primary.until} />
          )}
        </div>
        <div className="flex flex-col items-stretch gap-2 max-sm:w-full">
          {view.resumesAt !== null && <Countdown until={view.resumesAt} />}
          <PauseControl view={view} menu={pauseMenu} />
        </div>
      </div>
      {others.length > 0 && (
        <div className="border-t border-line px-5 py-3 sm:px-6">
          <h2 className="text-sm font-semibold text-muted">{t('hero.alsoTitle')}</h2>
          <ul className="mt-1">
            {others.map((reason) => (
              <ReasonRow key={reason.code + reason.since + reason.message} reason={reason} />
            ))}
          </ul>
        </div>
      )}
      {status.network.embedded && (
        <p className="flex items-center gap-2.5 border-t border-line bg-sunken px-5 py-2.5 text-sm sm:px-6">
          <Icon name="flask" className="size-4.5 text-muted" />
          {t('machine.demoNetwork')}
        </p>
      )}
    </section>
  );
}

function Headline({ view }: { view: HeroView }) {
  const { t } = useTranslation();
  const [primary] = view.reasons;
  if (primary?.code === 'no-sandbox' || primary?.code === 'worker-fault')
    return t(`reason.${primary.code}.title`);
  if (view.headline === 'paused') return primary?.message ?? t('state.paused');
  if (view.headline === 'offline') return t('connection.offlineTitle');
  return t(`hero.${view.headline}`);
}

function Detail({ view, status }: { view: HeroView; status: Status }) {
  const { t } = useTranslation();
  if (view.headline === 'offline') return t('connection.offlineStale');
  if (view.headline === 'notConnected') return status.network.detail ?? t('hero.notConnectedDetail');
  return view.headline === 'working' ? t('hero.workingDetail') : t('hero.readyDetail');
}

function Countdown({ until }: { until: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow(true);
  return (
    <p role="timer" className="text-right text-sm max-sm:text-left">
      <span className="block text-lg leading-6 font-bold tabular-nums">
        {t('hero.resumesIn', { time: formatClock(remainingMs(until, now)) })}
      </span>
      <span className="text-muted">{t('hero.resumesAt', { moment: formatMoment(until, now, locale) })}</span>
    </p>
  );
}
