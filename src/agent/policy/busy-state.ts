/** Above this share of its time something is busy, below the other it is free; in between it stays what it was. */
const BUSY_ABOVE = 0.4;
const FREE_BELOW = 0.2;
/** A short burst is no work, and a short rest not its end. */
const BUSY_AFTER_SECONDS = 10;
const FREE_AFTER_SECONDS = 20;

export interface BusyState {
  readonly isBusy: boolean;
  /** Since when the readings say otherwise; null: they do not. */
  readonly doubtSinceSeconds: number | null;
}

export const NOT_BUSY: BusyState = { isBusy: false, doubtSinceSeconds: null };

/**
 * Whether something is kept busy, from readings of its use (0 to 1). Without a reading (null) nothing is doubted.
 * Pure.
 */
export function busyStep(state: BusyState, use: number | null, atSeconds: number): BusyState {
  const contradicts = use !== null && (state.isBusy ? use < FREE_BELOW : use > BUSY_ABOVE);
  if (!contradicts) return { isBusy: state.isBusy, doubtSinceSeconds: null };
  const since = state.doubtSinceSeconds ?? atSeconds;
  const patience = state.isBusy ? FREE_AFTER_SECONDS : BUSY_AFTER_SECONDS;
  return atSeconds - since >= patience
    ? { isBusy: !state.isBusy, doubtSinceSeconds: null }
    : { isBusy: state.isBusy, doubtSinceSeconds: since };
}
