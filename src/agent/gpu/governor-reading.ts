import { followed, towards } from './governor-low-pass.ts';

const COLDEST_C = -20;
const HOTTEST_C = 150;
/** No card's die changes by more between two samples: a larger jump is a reading gone wrong. */
const LARGEST_JUMP_C = 40;
/** This many readings in a row that agree with each other are believed, however far from the last one. */
const AGREEING_READINGS = 3;
const SLOPE_SECONDS = 1;
/** After a longer gap a slope between two readings says nothing about now. */
const SLOPE_GAP_SECONDS = 3;

/** With one reading missing, a card that may be this far above its target by the next one is in danger. */
const BLIND_MARGIN_C = 2;
const BLIND_SECONDS = 2;

/** What is known of the temperature: nonsense has been sorted out. */
export interface ReadingState {
  /** The last plausible reading, and when it was taken. */
  readonly temperatureC: number | null;
  readonly takenAtSeconds: number | null;
  readonly slopeCPerSecond: number;
  /** Samples since then without one. */
  readonly missedInARow: number;
  readonly doubted: { readonly temperatureC: number; readonly count: number } | null;
}

export function startReading(): ReadingState {
  return {
    temperatureC: null,
    takenAtSeconds: null,
    slopeCPerSecond: 0,
    missedInARow: 0,
    doubted: null,
  };
}

export function takeReading(
  state: ReadingState,
  atSeconds: number,
  temperatureC: number | null,
): ReadingState {
  if (temperatureC === null || !(temperatureC >= COLDEST_C && temperatureC <= HOTTEST_C)) {
    return { ...state, missedInARow: state.missedInARow + 1, doubted: null };
  }
  if (state.temperatureC !== null && Math.abs(temperatureC - state.temperatureC) > LARGEST_JUMP_C) {
    const agrees =
      state.doubted !== null && Math.abs(temperatureC - state.doubted.temperatureC) <= LARGEST_JUMP_C;
    const count = agrees && state.doubted !== null ? state.doubted.count + 1 : 1;
    if (count < AGREEING_READINGS) {
      const doubted = { temperatureC, count };
      return { ...state, missedInARow: state.missedInARow + 1, doubted };
    }
    return { ...startReading(), temperatureC, takenAtSeconds: atSeconds };
  }
  return {
    temperatureC,
    takenAtSeconds: atSeconds,
    slopeCPerSecond: slopeAfter(state, atSeconds, temperatureC),
    missedInARow: 0,
    doubted: null,
  };
}

/** The reading is missing, and the card may be well above its target before the next one. */
export function isBlind(reading: ReadingState, targetC: number): boolean {
  if (reading.missedInARow === 0) return false;
  if (reading.temperatureC === null) return true;
  const comingC = reading.temperatureC + BLIND_SECONDS * Math.max(0, reading.slopeCPerSecond);
  return comingC > targetC + BLIND_MARGIN_C;
}

function slopeAfter(state: ReadingState, atSeconds: number, temperatureC: number): number {
  if (state.temperatureC === null || state.takenAtSeconds === null) return 0;
  const seconds = atSeconds - state.takenAtSeconds;
  if (seconds <= 0) return state.slopeCPerSecond;
  const slope = (temperatureC - state.temperatureC) / seconds;
  if (seconds > SLOPE_GAP_SECONDS) return slope;
  return towards(state.slopeCPerSecond, slope, followed(seconds, SLOPE_SECONDS));
}
