import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import { type GamePause, pauseFigures } from '../../shared/game-pause.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Icon } from '../components/icon.tsx';
import { formatCount } from '../format/amount.ts';
import { formatLatency } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { GameWordMenu } from './game-word-menu.tsx';

/** So many are shown before the user asks for all. */
const FEW = 5;

/** What Gata paused for, why, and how fast it was. */
export function GamePauses({
  pauses,
  choices,
  disabled,
  onChoose,
}: {
  /** Newest first. */
  pauses: readonly GamePause[];
  choices: Readonly<Record<string, GameChoice>>;
  disabled: boolean;
  onChoose: (key: string, choice: GameChoice | null) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? pauses : pauses.slice(0, FEW);
  return (
    <Card
      title={t('gamePauses.title')}
      action={
        pauses.length > FEW && (
          <Button compact aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
            {showsAll
              ? t('gamePauses.showFewer')
              : t('gamePauses.showAll', { amount: formatCount(pauses.length, locale) })}
          </Button>
        )
      }
    >
      {pauses.length === 0 ? (
        <p className="flex items-center gap-3 text-muted">
          <Icon name="clock" />
          {t('gamePauses.none')}
        </p>
      ) : (
        <>
          <Figures pauses={pauses} />
          <ul className="flex flex-col">
            {shown.map((pause) => {
              const { id, key, name, certainty } = pause;
              return (
                <li
                  key={id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 last:pb-0"
                >
                  <PauseFacts pause={pause} />
                  {key !== null && (
                    <GameWordMenu
                      name={name}
                      choice={choices[key]}
                      certainty={certainty}
                      disabled={disabled}
                      onChoose={(choice) => onChoose(key, choice)}
                    />
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Card>
  );
}

/** How fast all of them were, in one line. */
function Figures({ pauses }: { pauses: readonly GamePause[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const figures = pauseFigures(pauses);
  return (
    <p className="mb-3 tabular-nums">
      {figures === null
        ? t('gamePauses.noFigures')
        : t('gamePauses.figures', {
            count: figures.count,
            amount: formatCount(figures.count, locale),
            median: formatLatency(figures.medianMs, locale),
            slowest: formatLatency(figures.slowestMs, locale),
          })}
    </p>
  );
}

function PauseFacts({ pause }: { pause: GamePause }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { at, name, executable, certainty, why, signal, jobs, seenToStoppedMs, startToStoppedMs, memory } =
    pause;
  const time = (ms: number) => formatLatency(ms, locale);
  const details = [
    ...(signal === null ? [] : [t(`gamePauseSignal.${signal}`)]),
    ...(startToStoppedMs === null ? [] : [t('gamePauses.sinceStart', { time: time(startToStoppedMs) })]),
    ...(memory === null
      ? []
      : [
          memory.freed
            ? t('gamePauses.memoryFree', { time: time(memory.afterMs) })
            : t('gamePauses.memoryHeld'),
        ]),
    ...(jobs === 0 ? [] : [t('gamePauses.jobs', { count: jobs, amount: formatCount(jobs, locale) })]),
  ];
  return (
    <div className="min-w-0 flex-1 basis-56">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 font-semibold wrap-anywhere">
          {name}
          {certainty === 'maybe' && <Badge tone="amber">{t('games.maybe')}</Badge>}
        </p>
        <p className={`tabular-nums ${seenToStoppedMs === null ? 'text-muted' : 'font-semibold text-jade'}`}>
          {seenToStoppedMs === null
            ? t('gamePauses.nothingRan')
            : t('gamePauses.stopped', { time: time(seenToStoppedMs) })}
        </p>
      </div>
      <p className="text-sm text-muted wrap-anywhere" title={executable ?? undefined}>
        <time dateTime={at}>{formatMoment(at, Date.now(), locale)}</time> · {why}
      </p>
      {details.length > 0 && <p className="text-sm text-muted tabular-nums">{details.join(' · ')}</p>}
    </div>
  );
}
