import type { GameView, Status } from '../../shared/local-api.ts';

/** What Gata does about a running game: stopped, off the card that it uses, at a low pace beside it, or nothing. */
export type GameEffect = 'paused' | 'offCard' | 'shared' | 'ignored';

/** @param status What the agent does altogether; without it the rule holds, which is to stop. */
export function gameEffect(game: GameView, status: Status | undefined): GameEffect {
  if (game.choice === 'ignore') return 'ignored';
  if (game.choice === 'share') return 'shared';
  const isPaused =
    status === undefined ||
    status.reasons.some(({ code, until }) => code === 'game-running' && until === undefined);
  return isPaused ? 'paused' : 'offCard';
}
