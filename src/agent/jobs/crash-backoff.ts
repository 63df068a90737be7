const WINDOW_MS = 60_000;
const CRASHES_TOLERATED = 2;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

/**
 * How workers that crash again and again are held back. Times are milliseconds since 1970.
 *
 * | event                                | crashes  | pauses        | offUntil                          |
 * |--------------------------------------|----------|---------------|-----------------------------------|
 * | crash, fewer than 3 in 60 s          | counted  |               |                                   |
 * | crash, the third in 60 s             | cleared  | + 1           | in 30 s, doubled for every pause  |
 * | a run finished, no crash in 60 s     | cleared  | back to 0     |                                   |
 */
export interface CrashBackoff {
  /** When the crashes of the last minute happened. */
  readonly crashes: readonly number[];
  /** Pauses since workers last ran well. */
  readonly pauses: number;
  /** Workers are not started before. */
  readonly offUntil: number;
}

export const NO_CRASHES: CrashBackoff = { crashes: [], pauses: 0, offUntil: 0 };

export function afterCrash(state: CrashBackoff, now: number): CrashBackoff {
  const crashes = [...state.crashes.filter((at) => now - at < WINDOW_MS), now];
  if (crashes.length <= CRASHES_TOLERATED) return { ...state, crashes };
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** state.pauses, LONGEST_PAUSE_MS);
  return { crashes: [], pauses: state.pauses + 1, offUntil: now + pauseMs };
}

export function afterRun(state: CrashBackoff, now: number): CrashBackoff {
  const quiet = state.crashes.every((at) => now - at >= WINDOW_MS);
  return quiet && now >= state.offUntil ? NO_CRASHES : state;
}

/** Milliseconds until workers may be started again; 0 when they may. */
export function pauseLeftMs(state: CrashBackoff, now: number): number {
  return Math.max(0, state.offUntil - now);
}
