/** One thing that speaks for or against a game, with its weight and in words. */
export interface Sign {
  /** Positive: for a game. `GAME_POINTS` together are a game, `MAYBE_POINTS` perhaps one. */
  readonly points: number;
  readonly reason: string;
}

export const GAME_POINTS = 6;
export const MAYBE_POINTS = 3;
