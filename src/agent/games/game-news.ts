import type { PauseSignal } from '../../shared/game-pause.ts';

/** What told of a change among the running games, and when. */
export interface GameNews {
  readonly signal: PauseSignal;
  /** When it was told, on the clock of `performance.now()`. */
  readonly seenMs: number;
}
