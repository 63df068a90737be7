import type { Status } from '../../shared/local-api.ts';
import type { PauseReason } from '../../shared/pause-reason.ts';
import type { ConnectionState } from '../api/connection.ts';
import type { CatMood } from '../components/cat-face.tsx';

/** What the top of Home says, before it is put into words. */
export interface HeroView {
  readonly mood: CatMood;
  readonly headline: 'working' | 'ready' | 'notConnected' | 'paused' | 'offline';
  /** Most urgent first; the first is the headline when paused. */
  readonly reasons: readonly PauseReason[];
  readonly resumesAt: string | null;
  /** Among the reasons is one that resuming ends: the user's own pause, or the wait after a game. */
  readonly canResume: boolean;
  /** Gata waits for the user to leave, who may also let it work beside them. */
  readonly canWorkAnyway: boolean;
  /** Something else keeps Gata paused even then. */
  readonly pausedOtherwise: boolean;
}

export function heroView(status: Status, connection: ConnectionState['phase']): HeroView {
  const none = {
    reasons: [],
    resumesAt: null,
    canResume: false,
    canWorkAnyway: false,
    pausedOtherwise: false,
  };
  if (connection === 'offline') return { ...none, mood: 'offline', headline: 'offline' };
  if (status.state === 'paused') {
    return {
      mood: 'paused',
      headline: 'paused',
      reasons: status.reasons,
      resumesAt: status.reasons.some(movesOn) ? null : status.resumesAt,
      canResume: status.reasons.some(endsByResuming),
      canWorkAnyway: status.reasons.some(movesOn) && !status.reasons.some(endsByResuming),
      // Resuming also lets Gata work beside its user.
      pausedOtherwise: !status.reasons.every((reason) => endsByResuming(reason) || movesOn(reason)),
    };
  }
  if (status.state === 'working') return { ...none, mood: 'working', headline: 'working' };
  return {
    ...none,
    mood: 'ready',
    headline: status.network.state === 'connected' ? 'ready' : 'notConnected',
  };
}

/** A game that runs has no known end; the wait after one has. */
function endsByResuming(reason: PauseReason): boolean {
  return reason.code === 'user-paused' || (reason.code === 'game-running' && reason.until !== undefined);
}

/** Its end is put off by each key that is pressed: a countdown to it would jump and tell nothing. */
export function movesOn(reason: PauseReason): boolean {
  return reason.code === 'in-use';
}
