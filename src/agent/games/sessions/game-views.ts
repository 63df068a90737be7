import type { GameChoice } from '../../../shared/game-choice.ts';
import type { GameView } from '../../../shared/local-api.ts';
import type { GameSession, GameSessions } from './game-session.ts';

/**
 * What is told of the running games, the longest running first; a game that the user wants ignored is not.
 * @param cardsOf The cards that a game uses, as far as that is known.
 */
export function gameViews(
  sessions: GameSessions,
  choices: Readonly<Record<string, GameChoice>>,
  cardsOf: (key: string) => readonly string[],
): GameView[] {
  const views: GameView[] = [];
  for (const session of sessions.values()) {
    const choice = choices[session.key];
    if (choice !== 'ignore') views.push(gameView(session, choice, cardsOf(session.key)));
  }
  return views;
}

function gameView(
  { key, pid, name, executable, why, since, certainty }: GameSession,
  choice: Exclude<GameChoice, 'ignore'> | undefined,
  cards: readonly string[],
): GameView {
  return {
    pid,
    name,
    executable,
    why,
    since,
    key,
    // The user's word makes it certain.
    certainty: choice === undefined ? certainty : 'game',
    choice: choice ?? 'pause',
    // A game that was not seen on a card yet may be about to use any.
    gpuUuids: cards.length === 0 ? null : [...cards],
  };
}
