import type { PauseSignal } from '../../shared/game-pause.ts';
import type { GameView, PauseLease } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { HaltReport } from '../jobs/compute.ts';
import { type PolicySignals, pausingGames } from './decide.ts';

/** A game, or a launcher for one, that keeps compute paused. */
export type PauseCause =
  | { readonly type: 'game'; readonly game: GameView }
  | { readonly type: 'lease'; readonly lease: PauseLease };

/** A game or a lease began to keep compute paused. */
export interface PauseBegin {
  readonly cause: PauseCause;
  /** null: not known. */
  readonly signal: PauseSignal | null;
  /** When the agent was told, on the clock of `performance.now()`. */
  readonly seenMs: number;
  /** The stop that it caused; null: compute stood still already. */
  readonly halted: Promise<HaltReport> | null;
}

/** All that keep compute paused for a game now, by what stays the same while they do. Pure. */
export function pauseCauses(
  signals: PolicySignals,
  settings: Settings,
  now: Date,
): ReadonlyMap<string, PauseCause> {
  const causes = new Map<string, PauseCause>();
  if (signals.shuttingDownSince !== null) return causes;
  for (const game of pausingGames(signals, settings, now)) {
    causes.set(`game ${game.key}`, { type: 'game', game });
  }
  for (const { lease } of signals.leases) {
    if (now.getTime() < Date.parse(lease.expiresAt))
      causes.set(`lease ${lease.id}`, { type: 'lease', lease });
  }
  return causes;
}
