import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import type { GameView, Status } from '../../shared/local-api.ts';
import { useGpus } from '../api/gpu-queries.ts';
import { useStatus } from '../api/queries.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Icon } from '../components/icon.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { GameChoiceMenu } from './game-choice-menu.tsx';
import { gameEffect } from './game-effect.ts';

/** What runs now: why Gata takes it for a game, and what Gata does about it. */
export function RunningGames({
  games,
  disabled,
  onChoose,
}: {
  games: readonly GameView[];
  disabled: boolean;
  onChoose: (key: string, choice: GameChoice) => void;
}) {
  const { t } = useTranslation();
  const status = useStatus().data;
  return (
    <Card title={t('games.running')}>
      {games.length === 0 ? (
        <p className="flex items-center gap-3 text-muted">
          <Icon name="game" />
          {t('games.noneRunning')}
        </p>
      ) : (
        <ul className="flex flex-col">
          {games.map((game) => (
            <RunningGame
              key={game.key}
              game={game}
              status={status}
              disabled={disabled}
              onChoose={(choice) => onChoose(game.key, choice)}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

function RunningGame({
  game,
  status,
  disabled,
  onChoose,
}: {
  game: GameView;
  status: Status | undefined;
  disabled: boolean;
  onChoose: (choice: GameChoice) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const gpus = useGpus().data?.gpus ?? [];
  const cards = gpus
    .filter(({ device }) => game.gpuUuids?.includes(device.uuid))
    .map(({ device }) => device.name);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line py-3 not-first:border-t first:pt-0 last:pb-0">
      <Icon name="game" className="size-6 text-amber" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-lg leading-7 font-bold wrap-anywhere">
          {game.name}
          {game.certainty === 'maybe' && <Badge tone="amber">{t('games.maybe')}</Badge>}
        </p>
        <p className="font-semibold">{t(`gameEffect.${gameEffect(game, status)}`)}</p>
        <p className="text-sm text-muted wrap-anywhere">
          {game.why}{' '}
          {[
            t('games.since', { moment: formatMoment(game.since, Date.now(), locale) }),
            ...(cards.length === 0 ? [] : [t('games.uses', { cards: cards.join(', ') })]),
          ].join(' · ')}
        </p>
        <p className="truncate font-mono text-xs leading-5 text-muted" title={game.executable}>
          {game.executable}
        </p>
      </div>
      <GameChoiceMenu name={game.name} choice={game.choice} disabled={disabled} onChoose={onChoose} />
    </li>
  );
}
