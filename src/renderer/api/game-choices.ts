import type { GameChoiceRequest, GamesPage, GameView } from '../../shared/local-api.ts';

/** The running games after the user's word on one of them, as the agent will tell them. */
export function runningAfterChoice(
  games: readonly GameView[],
  { key, choice }: GameChoiceRequest,
): GameView[] {
  // What Gata thinks of it without the user's word, only the agent knows.
  if (choice === null) return [...games];
  return games
    .filter((game) => game.key !== key || choice !== 'ignore')
    .map((game) => (game.key === key ? { ...game, choice, certainty: 'game' } : game));
}

/** The page of games after the user's word on one of them. */
export function pageAfterChoice(page: GamesPage, request: GameChoiceRequest): GamesPage {
  return {
    ...page,
    running: runningAfterChoice(page.running, request),
    installed: page.installed.map((game) =>
      game.id === request.key ? { ...game, choice: request.choice ?? 'pause' } : game,
    ),
  };
}

/** The games that Gata is not sure about, and asks for. */
export function openQuestions(games: readonly GameView[]): GameView[] {
  return games.filter((game) => game.certainty === 'maybe');
}
