import { clamp, followed, towards } from './governor-low-pass.ts';

/** The die over its heat sink: `gainC` is its rise per share of the card's reference power, in rest. */
export interface DieModel {
  readonly gainC: number;
  readonly lagSeconds: number;
}

/** Lags that are tried; real dies take between one and a few seconds. */
const LAGS_SECONDS = [0.7, 1.2, 2, 3.5];
/** Until a card was seen to start: rather too high, which only makes the loop slower. */
const TYPICAL: DieModel = { gainC: 20, lagSeconds: 2.5 };
/** A lower one would let a step of the thermometer shake the power. */
const LEAST_GAIN_C = 10;
const GREATEST_GAIN_C = 80;
/** How long a start is watched: longer than a die takes, shorter than a heat sink. */
const WINDOW_SECONDS = 12;
const LEAST_SAMPLES = 10;
/** The die is in rest after this long without work. */
const REST_SECONDS = 5;
/** A smaller step of power says too little. */
const LEAST_STEP_SHARE = 0.2;
/** How much a later start counts against what was learned before. */
const LATER_WEIGHT = 0.5;

/** Sums of one candidate's least squares: `rise = gain · lagged + ramp · integral`. */
interface Candidate {
  readonly lagged: number;
  readonly laggedSquared: number;
  readonly laggedIntegral: number;
  readonly laggedRise: number;
}

interface Window {
  readonly startedAtSeconds: number;
  readonly fromC: number;
  readonly fromShare: number;
  /** Of the temperature, up to the last reading. */
  readonly rise: number;
  readonly samples: number;
  /** Share seconds above the start: it drives the heat sink. */
  readonly integral: number;
  readonly integralSquared: number;
  readonly integralRise: number;
  readonly riseSquared: number;
  readonly candidates: readonly Candidate[];
}

/**
 * Learns a card's gain and lag from its starts: a step from idle to full power is the best experiment there is,
 * and happens by itself. A bank of lags is fitted by least squares, each with a second term for the heat sink's
 * ramp, and the lag with the least residual wins (Ljung, System Identification, 1999, on output-error models
 * with a grid over the one parameter that is not linear).
 */
export interface DieModelState {
  readonly die: DieModel;
  readonly learned: boolean;
  readonly restSinceSeconds: number | null;
  readonly window: Window | null;
}

export function startDieModel(): DieModelState {
  return { die: TYPICAL, learned: false, restSinceSeconds: null, window: null };
}

export function learnDieModel(
  state: DieModelState,
  sample: {
    readonly atSeconds: number;
    readonly seconds: number;
    readonly busy: boolean;
    readonly temperatureC: number | null;
    /** What the card drew since the last sample. */
    readonly share: number;
  },
): DieModelState {
  if (!sample.busy) {
    const restSinceSeconds = state.restSinceSeconds ?? sample.atSeconds;
    return { ...state, die: raise(state), restSinceSeconds, window: null };
  }
  if (state.restSinceSeconds !== null) {
    const rested = sample.atSeconds - state.restSinceSeconds >= REST_SECONDS;
    const window = rested && sample.temperatureC !== null ? openWindow(sample, sample.temperatureC) : null;
    return { ...state, restSinceSeconds: null, window };
  }
  if (state.window === null) return state;
  const window = widen(state.window, sample);
  if (sample.atSeconds - window.startedAtSeconds >= WINDOW_SECONDS) return conclude(state, window);
  return { ...state, window };
}

function openWindow(sample: { readonly atSeconds: number; readonly share: number }, fromC: number): Window {
  return {
    startedAtSeconds: sample.atSeconds,
    fromC,
    fromShare: sample.share,
    rise: 0,
    samples: 0,
    integral: 0,
    integralSquared: 0,
    integralRise: 0,
    riseSquared: 0,
    candidates: LAGS_SECONDS.map(() => ({
      lagged: 0,
      laggedSquared: 0,
      laggedIntegral: 0,
      laggedRise: 0,
    })),
  };
}

function widen(
  window: Window,
  sample: { readonly seconds: number; readonly temperatureC: number | null; readonly share: number },
): Window {
  const seconds = Math.max(0, sample.seconds);
  const step = sample.share - window.fromShare;
  const integral = window.integral + step * seconds;
  const lagged = window.candidates.map((candidate, index) =>
    towards(candidate.lagged, step, followed(seconds, LAGS_SECONDS[index] ?? TYPICAL.lagSeconds)),
  );
  if (sample.temperatureC === null) {
    const candidates = window.candidates.map((candidate, index) => ({
      ...candidate,
      lagged: lagged[index] ?? 0,
    }));
    return { ...window, integral, candidates };
  }
  const rise = sample.temperatureC - window.fromC;
  return {
    ...window,
    rise,
    samples: window.samples + 1,
    integral,
    integralSquared: window.integralSquared + integral ** 2,
    integralRise: window.integralRise + integral * rise,
    riseSquared: window.riseSquared + rise ** 2,
    candidates: window.candidates.map((candidate, index) => {
      const now = lagged[index] ?? 0;
      return {
        lagged: now,
        laggedSquared: candidate.laggedSquared + now ** 2,
        laggedIntegral: candidate.laggedIntegral + now * integral,
        laggedRise: candidate.laggedRise + now * rise,
      };
    }),
  };
}

/** A start that ended before it said much, such as by a hard stop, can still say that the gain is higher. */
function raise({ die, window }: DieModelState): DieModel {
  if (window === null) return die;
  const lagged = Math.max(...window.candidates.map((candidate) => candidate.lagged));
  const gainC = Math.min(window.rise / Math.max(lagged, LEAST_STEP_SHARE), GREATEST_GAIN_C);
  return gainC > die.gainC ? { ...die, gainC } : die;
}

function conclude(state: DieModelState, window: Window): DieModelState {
  const closed = { ...state, window: null };
  if (window.samples < LEAST_SAMPLES) return closed;
  const fits = window.candidates.flatMap((candidate, index) => {
    const determinant = candidate.laggedSquared * window.integralSquared - candidate.laggedIntegral ** 2;
    const isExcited = candidate.laggedSquared / window.samples >= LEAST_STEP_SHARE ** 2;
    if (!isExcited || determinant <= 1e-9) return [];
    const { laggedRise, laggedSquared, laggedIntegral } = candidate;
    const gainC = (laggedRise * window.integralSquared - window.integralRise * laggedIntegral) / determinant;
    const ramp = (window.integralRise * laggedSquared - laggedRise * laggedIntegral) / determinant;
    const residual = window.riseSquared - gainC * laggedRise - ramp * window.integralRise;
    return [{ gainC, lagSeconds: LAGS_SECONDS[index] ?? TYPICAL.lagSeconds, residual }];
  });
  const best = fits.reduce<(typeof fits)[number] | null>(
    (least, fit) => (least === null || fit.residual < least.residual ? fit : least),
    null,
  );
  if (best === null) return closed;
  const weight = state.learned ? LATER_WEIGHT : 1;
  const gainC = clamp(best.gainC, LEAST_GAIN_C, GREATEST_GAIN_C);
  return {
    ...closed,
    learned: true,
    die: {
      gainC: towards(state.die.gainC, gainC, weight),
      lagSeconds: towards(state.die.lagSeconds, best.lagSeconds, weight),
    },
  };
}
