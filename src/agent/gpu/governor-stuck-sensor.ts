import { followed, towards } from './governor-low-pass.ts';

const SLOW_MEAN_SECONDS = 60;
/** A change of power by this share moves every die by more than a degree. */
const CHANGE_SHARE = 0.25;
/** And it does so within this time. */
const ANSWER_SECONDS = 12;

/**
 * A thermometer that stands still while the power changes cannot be trusted. The first time the card is capped,
 * which changes the power again; a thermometer that stands still through that as well is stuck. One that stands
 * still at constant power looks like a well held card: only the card's own emergency brake helps there.
 */
export interface StuckSensorState {
  readonly temperatureC: number | null;
  readonly slowMeanShare: number | null;
  readonly changedAtSeconds: number | null;
  /** Unanswered changes of power since the reading last moved. */
  readonly unanswered: number;
}

/** Capped to this share while the thermometer is in doubt: half of the default power is safe on every card. */
export const DOUBTFUL_SENSOR_SHARE = 0.5;

export function startStuckSensor(): StuckSensorState {
  return { temperatureC: null, slowMeanShare: null, changedAtSeconds: null, unanswered: 0 };
}

export function stepStuckSensor(
  state: StuckSensorState,
  sample: {
    readonly atSeconds: number;
    readonly seconds: number;
    readonly temperatureC: number | null;
    /** Smoothed over a few seconds. */
    readonly meanShare: number;
  },
): StuckSensorState {
  const { atSeconds, temperatureC, meanShare } = sample;
  if (temperatureC === null) return state;
  const slowMeanShare = towards(
    state.slowMeanShare ?? meanShare,
    meanShare,
    followed(sample.seconds, SLOW_MEAN_SECONDS),
  );
  if (temperatureC !== state.temperatureC) {
    return { temperatureC, slowMeanShare, changedAtSeconds: null, unanswered: 0 };
  }
  if (Math.abs(meanShare - slowMeanShare) < CHANGE_SHARE) {
    return { ...state, slowMeanShare, changedAtSeconds: null };
  }
  const changedAtSeconds = state.changedAtSeconds ?? atSeconds;
  if (atSeconds - changedAtSeconds < ANSWER_SECONDS) return { ...state, slowMeanShare, changedAtSeconds };
  return {
    temperatureC,
    slowMeanShare: meanShare,
    changedAtSeconds: null,
    unanswered: state.unanswered + 1,
  };
}
