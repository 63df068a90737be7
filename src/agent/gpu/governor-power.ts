import { clamp, followed, towards } from './governor-low-pass.ts';
import { LEAST_DUTY } from './governor-range.ts';

const SMOOTH_SECONDS = 4;
/** Without an average by the card a reading falls into a run or into a pause: that takes longer to even out. */
const PACED_SMOOTH_SECONDS = 15;
/** Before the first readings: what idle cards draw of their default, about. */
const TYPICAL_IDLE_SHARE = 0.07;
const IDLE_SECONDS = 20;

/** What the card draws, in shares of its reference power. */
export interface PowerState {
  /** Since the last sample; what the model says where the card does not tell its power. */
  readonly drawnShare: number;
  /** The same, smoothed over some seconds. */
  readonly meanShare: number;
  readonly meanDuty: number;
  readonly idleShare: number;
  /** While the model runs without pauses. */
  readonly fullShare: number;
}

export function startPower(): PowerState {
  return {
    drawnShare: TYPICAL_IDLE_SHARE,
    meanShare: TYPICAL_IDLE_SHARE,
    meanDuty: 0,
    idleShare: TYPICAL_IDLE_SHARE,
    fullShare: 1,
  };
}

/**
 * `dutyCycle` and `limitShare` (1: none) were in force in the `seconds` that the reading is about. A mean over the
 * same few seconds of power and of duty gives the power without pauses: mean = idle + duty × (full − idle).
 */
export function takePower(
  state: PowerState,
  sample: {
    readonly seconds: number;
    readonly busy: boolean;
    readonly share: number | null;
    readonly dutyCycle: number;
    readonly limitShare: number;
  },
): PowerState {
  const duty = sample.busy ? sample.dutyCycle : 0;
  const modelled = state.idleShare + duty * (fullShareUnder(state, sample.limitShare) - state.idleShare);
  const share = sample.share ?? modelled;
  const isPaced = duty > 0 && duty < 1;
  const part = followed(sample.seconds, isPaced ? PACED_SMOOTH_SECONDS : SMOOTH_SECONDS);
  const meanShare = towards(state.meanShare, share, part);
  const meanDuty = towards(state.meanDuty, duty, part);
  const next = { ...state, drawnShare: share, meanShare, meanDuty };
  if (sample.share === null) return next;
  if (!sample.busy) {
    // Right after a job the card still draws more than idle: only what is less is believed at once.
    const seconds = share < state.idleShare ? SMOOTH_SECONDS : IDLE_SECONDS;
    const idleShare = clamp(towards(state.idleShare, share, followed(sample.seconds, seconds)), 0.005, 0.3);
    return { ...next, idleShare };
  }
  if (meanDuty < LEAST_DUTY) return next;
  const full = clamp(state.idleShare + (meanShare - state.idleShare) / meanDuty, state.idleShare + 0.05, 1.3);
  return { ...next, fullShare: towards(state.fullShare, full, part) };
}

/** Power without pauses while a power limit of this share holds. */
export function fullShareUnder(state: PowerState, limitShare: number): number {
  return Math.max(Math.min(state.fullShare, limitShare), state.idleShare + 0.05);
}

/** Mean power of the least work that a running model does. */
export function leastShare(state: PowerState, limitShare: number): number {
  return state.idleShare + LEAST_DUTY * (fullShareUnder(state, limitShare) - state.idleShare);
}
