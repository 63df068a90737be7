import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import type { GameView } from '../../shared/local-api.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { openQuestions } from '../api/game-choices.ts';
import { useChooseForGame } from '../api/game-queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { routeHref } from '../route.ts';

/** Asks about each running program that may be a game, and says what was understood. */
export function GameQuestions({ games }: { games: readonly GameView[] }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const live = useIsLive();
  const choose = useChooseForGame();
  const [answered, setAnswered] = useState<{ readonly name: string; readonly choice: GameChoice }>();
  const receipt = useRef<HTMLParagraphElement>(null);
  // The buttons go with their question; the focus must not be lost.
  useEffect(() => {
    if (answered !== undefined) receipt.current?.focus();
  }, [answered]);
  const questions = openQuestions(games);
  const answer = (game: GameView, choice: 'pause' | 'ignore') =>
    choose.mutate({ key: game.key, choice }, { onSuccess: () => setAnswered({ name: game.name, choice }) });
  if (questions.length === 0 && answered === undefined && choose.error === null) return null;
  return (
    <div className="flex flex-col gap-2">
      {questions.map((game) => (
        <Question key={game.key} game={game} disabled={!live} onAnswer={(choice) => answer(game, choice)} />
      ))}
      {choose.error !== null && (
        <p role="alert" className="rounded-card bg-ember-wash px-4 py-3">
          {t('question.failed', { message: errorText(choose.error) })}
        </p>
      )}
      {answered !== undefined && questions.length === 0 && (
        <p
          ref={receipt}
          role="status"
          tabIndex={-1}
          className="flex flex-wrap items-center gap-x-2 rounded-card bg-jade-wash px-4 py-3 wrap-anywhere"
        >
          <Icon name="check" className="size-4.5 text-jade" />
          {t(answered.choice === 'ignore' ? 'question.willIgnore' : 'question.willPause', {
            name: answered.name,
          })}
          <a href={routeHref({ screen: 'games' })} className="font-semibold text-jade underline">
            {t('question.change')}
          </a>
        </p>
      )}
    </div>
  );
}

function Question({
  game,
  disabled,
  onAnswer,
}: {
  game: GameView;
  disabled: boolean;
  onAnswer: (choice: 'pause' | 'ignore') => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section
      aria-labelledby={`${id}-title`}
      className="flex flex-wrap items-center gap-x-6 gap-y-3 rounded-card border border-amber bg-amber-wash px-4 py-3.5 sm:px-5"
    >
      <Icon name="question" className="size-7 text-amber max-sm:hidden" />
      <div className="min-w-0 flex-1 basis-64">
        <h2 id={`${id}-title`} className="text-lg leading-6 font-bold wrap-anywhere">
          {t('question.title', { name: game.name })}
        </h2>
        <p id={`${id}-detail`} className="mt-0.5 wrap-anywhere">
          {t('question.detail')}
        </p>
        <p className="mt-0.5 text-sm text-muted wrap-anywhere">
          {game.why} <span className="font-mono text-xs">{game.executable}</span>
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          disabled={disabled}
          aria-describedby={`${id}-title ${id}-detail`}
          onClick={() => onAnswer('pause')}
        >
          {t('question.yes')}
        </Button>
        <Button
          disabled={disabled}
          aria-describedby={`${id}-title ${id}-detail`}
          onClick={() => onAnswer('ignore')}
        >
          {t('question.no')}
        </Button>
      </div>
    </section>
  );
}
