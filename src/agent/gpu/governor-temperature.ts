import type { DieModel } from './governor-die-model.ts';
import { clamp, followed, towards } from './governor-low-pass.ts';

/**
 * Holds the die at its target with internal model control (Garcia and Morari, Ind. Eng. Chem. Process Des. Dev.
 * 21, 1982; tuned after Skogestad's SIMC rules, J. Process Control 13, 2003). The model is only the die over its
 * heat sink: `T = base + gain · p`, where p is the card's power after a first-order lag of a few seconds. All else
 * (the heat sink that warms up over minutes, fan, room, leakage) is `base`, which is observed: whatever the model
 * does not explain. The power that holds the target is then `(target − base) / gain`, and the output relaxes to it.
 *
 * Why not a plain PI: power saturates during the whole warm-up and while a job does not use the card fully. Here
 * nothing can wind up, because the model sees the power that the card really took; and full power lasts until
 * the very moment from which it would pass the target. A wrong gain only changes how fast the loop is:
 * in rest `base + gain · p` is the temperature, whatever the gain.
 */
export interface TemperatureState {
  /** The greatest mean power share that holds the target, as far as is known. */
  readonly share: number;
  /** The die's lagging power share. */
  readonly laggedShare: number;
  /** What the die would have without power: about the heat sink's temperature. null before the first reading. */
  readonly baseC: number | null;
  readonly baseSlope: number;
}

/** Time constant of the closed loop far from the target; about the delay of sampling and of the driver twice. */
const FAST_SECONDS = 2;
/** Near the target the loop is slower, so that the steps of a thermometer of 1 °C do not shake the power. */
const CALM_GAIN = 0.1;
const CALM_WITHIN_C = 1;
const FAST_BEYOND_C = 2.5;
/**
 * The base and its slope are followed by a critically damped g-h filter with this memory (Brookner, Tracking and
 * Kalman Filtering Made Easy, 1998): g = 1 − θ², h = (1 − θ)², θ = exp(−Δt / memory).
 */
const BASE_SECONDS = 4;
const BASE_GAP_SECONDS = 15;
/** Heat sinks move slowly; what looks faster is the model's error. */
const STEEPEST_C_PER_SECOND = 0.6;
/** The base is taken as it will be when the output has followed. */
const AHEAD_SECONDS = 3;
/** A card that takes this much less than it may is limited by its work, not by the governor. */
const HEADROOM_SHARE = 0.06;

export function startTemperature(): TemperatureState {
  return { share: 1, laggedShare: 0, baseC: null, baseSlope: 0 };
}

export function stepTemperature(
  state: TemperatureState,
  sample: {
    readonly seconds: number;
    readonly temperatureC: number | null;
    readonly targetC: number;
    /** What the card drew since the last sample, at least; in that time a model ran or not. */
    readonly drawnShare: number;
    readonly wasBusy: boolean;
    readonly busy: boolean;
    readonly least: number;
    readonly greatest: number;
  },
  die: DieModel,
): TemperatureState {
  const { least, greatest } = sample;
  const applied = sample.wasBusy
    ? Math.min(state.share, sample.drawnShare + HEADROOM_SHARE)
    : sample.drawnShare;
  const laggedShare = towards(state.laggedShare, applied, followed(sample.seconds, die.lagSeconds));
  const observed = observeBase({ ...state, laggedShare }, sample.seconds, sample.temperatureC, die);
  if (observed.baseC === null) return observed;
  const coming = observed.baseC + observed.baseSlope * AHEAD_SECONDS;
  const wanted = (sample.targetC - coming) / die.gainC;
  if (state.baseC === null) return { ...observed, share: clamp(wanted, least, greatest) };
  // While nothing runs the output stays: it was right for the heat sink as it was.
  if (!sample.busy) return { ...observed, share: clamp(state.share, least, greatest) };
  // Something else may have heated the card meanwhile.
  if (!sample.wasBusy) return { ...observed, share: clamp(Math.min(state.share, wanted), least, greatest) };

  const errorC = sample.temperatureC === null ? 0 : sample.targetC - sample.temperatureC;
  const comingC = die.gainC * (wanted - state.share);
  const speed = urgency(Math.max(Math.abs(errorC), Math.abs(comingC)));
  const share = towards(state.share, wanted, followed(sample.seconds * speed, FAST_SECONDS));
  return { ...observed, share: clamp(share, least, greatest) };
}

/** The card's gain was learned anew: what the base was thought to be, and to do, came from the old one. */
export function withDieModel(
  state: TemperatureState,
  temperatureC: number | null,
  die: DieModel,
): TemperatureState {
  if (temperatureC === null) return state;
  return { ...state, baseC: temperatureC - die.gainC * state.laggedShare, baseSlope: 0 };
}

function observeBase(
  state: TemperatureState,
  seconds: number,
  temperatureC: number | null,
  die: DieModel,
): TemperatureState {
  if (temperatureC === null || seconds < 0) return state;
  const raw = temperatureC - die.gainC * state.laggedShare;
  if (state.baseC === null || seconds > BASE_GAP_SECONDS) return { ...state, baseC: raw, baseSlope: 0 };
  if (seconds === 0) return state;
  const kept = Math.exp(-seconds / BASE_SECONDS);
  const expected = state.baseC + state.baseSlope * seconds;
  const off = raw - expected;
  const slope = state.baseSlope + ((1 - kept) ** 2 * off) / seconds;
  return {
    ...state,
    baseC: expected + (1 - kept ** 2) * off,
    baseSlope: clamp(slope, -STEEPEST_C_PER_SECOND, STEEPEST_C_PER_SECOND),
  };
}

function urgency(offC: number): number {
  const part = clamp((offC - CALM_WITHIN_C) / (FAST_BEYOND_C - CALM_WITHIN_C), 0, 1);
  return CALM_GAIN + (1 - CALM_GAIN) * part;
}
