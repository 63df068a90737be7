import type { GameChoice } from '../../shared/game-choice.ts';

/** In the order in which they are offered: from the most that Gata does for a game to nothing. */
export const GAME_CHOICES = ['pause', 'share', 'ignore'] as const satisfies GameChoice[];
