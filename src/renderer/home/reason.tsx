import { useTranslation } from 'react-i18next';
import type { PauseReason, PauseReasonCode } from '../../shared/pause-reason.ts';
import { useSettings } from '../api/queries.ts';
import { Badge } from '../components/badge.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { useNow } from '../components/use-now.ts';
import { formatClock, formatSeconds, remainingMs } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';
import { movesOn } from './hero-view.ts';

const ICONS: Record<PauseReasonCode, IconName> = {
  'shutting-down': 'unplugged',
  'game-running': 'game',
  'pause-lease': 'rocket',
  'user-paused': 'person',
  'gpu-too-hot': 'thermometer',
  'gpu-unavailable': 'graphicsCard',
  'gpu-memory-needed': 'graphicsCard',
  'in-use': 'person',
  'machine-busy': 'chip',
  'screen-recorded': 'record',
  'on-battery': 'battery',
  'metered-network': 'network',
  schedule: 'clock',
  'costs-money': 'bolt',
  'no-gpu-allowed': 'graphicsCard',
  'no-sandbox': 'shield',
  'worker-fault': 'warning',
  starting: 'clock',
};

/** Where the user can do something about it. */
const PLACES = {
  'game-running': 'games',
  'gpu-too-hot': 'gpu',
  'gpu-unavailable': 'gpu',
  'gpu-memory-needed': 'gpu',
  'no-gpu-allowed': 'gpu',
  'in-use': 'settings',
  'machine-busy': 'settings',
  'screen-recorded': 'settings',
  'on-battery': 'settings',
  'metered-network': 'settings',
  schedule: 'settings',
  'costs-money': 'settings',
  'no-sandbox': 'settings',
} as const satisfies Partial<Record<PauseReasonCode, 'games' | 'gpu' | 'settings'>>;

function hasPlace(code: PauseReasonCode): code is keyof typeof PLACES {
  return code in PLACES;
}

/**
 * What follows the headline: how this pause ends, and since when and until when it lasts. `counted`: a
 * countdown to its end is shown elsewhere.
 */
export function ReasonDetail({ reason, counted }: { reason: PauseReason; counted: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="mt-1.5 text-muted">
        <Hint reason={reason} />
      </p>
      {(reason.code === 'no-sandbox' || reason.code === 'worker-fault') && (
        <p className="mt-1.5 wrap-anywhere">{reason.message}</p>
      )}
      {hasPlace(reason.code) && (
        <p className="mt-1.5">
          <a href={routeHref({ screen: PLACES[reason.code] })} className="font-semibold text-jade underline">
            {t(`reason.${reason.code}.action`)}
          </a>
        </p>
      )}
      {!movesOn(reason) && (
        <p className="mt-1 text-sm text-muted tabular-nums">
          <Span reason={reason} counted={counted} />
        </p>
      )}
    </>
  );
}

/** A further reason, in one row. */
export function ReasonRow({ reason }: { reason: PauseReason }) {
  const { t } = useTranslation();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-1.5">
      <Icon name={ICONS[reason.code]} className="size-4.5 text-amber" />
      <span className="min-w-0 font-semibold wrap-anywhere">{reason.message}</span>
      <Badge>{t(`reason.${reason.code}.label`)}</Badge>
      {!movesOn(reason) && (
        <span className="text-sm text-muted tabular-nums">
          <Span reason={reason} counted={false} />
        </span>
      )}
    </li>
  );
}

function Hint({ reason }: { reason: PauseReason }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const settings = useSettings().data;
  const delaySeconds = settings?.games.resumeDelaySeconds;
  if (reason.code === 'user-paused')
    return t(reason.until === undefined ? 'reason.user-paused.hint' : 'reason.user-paused.hintTimed');
  if (reason.code === 'in-use')
    return t('reason.in-use.hint', {
      time: settings === undefined ? '' : formatSeconds(settings.idle.idleMinutes * 60, locale),
    });
  if (reason.code !== 'game-running') return t(`reason.${reason.code}.hint`);
  if (reason.until !== undefined) return t('reason.game-running.hintOver');
  return t('reason.game-running.hint', {
    delay: delaySeconds === undefined ? '' : formatSeconds(delaySeconds, locale),
  });
}

/** Since when, until when, and what is left. */
function Span({ reason, counted }: { reason: PauseReason; counted: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow(reason.until !== undefined && !counted);
  const parts: string[] = [t('hero.since', { moment: formatMoment(reason.since, now, locale) })];
  if (reason.until !== undefined) {
    parts.push(t('hero.until', { moment: formatMoment(reason.until, now, locale) }));
    if (!counted) parts.push(t('hero.left', { time: formatClock(remainingMs(reason.until, now)) }));
  }
  return parts.join(' · ');
}
