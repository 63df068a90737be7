import { clamp } from './governor-low-pass.ts';
import { fullShareUnder, type PowerState } from './governor-power.ts';
import { type GovernorRange, LEAST_DUTY } from './governor-range.ts';
import type { GovernorActuators } from './governor-types.ts';

const LIMIT_STEP_MILLIWATTS = 1000;
/** Smaller changes are not worth a call of the driver. */
const LIMIT_DEADBAND_SHARE = 0.01;
const LIMIT_DEADBAND_MILLIWATTS = 2000;
const LIMIT_INTERVAL_SECONDS = 2;
/** A change this large does not wait. */
const LIMIT_URGENT_SHARE = 0.05;
const DUTY_STEPS = 10_000;
const DUTY_DEADBAND = 0.004;
const DUTY_DEADBAND_RELATIVE = 0.02;
const ACOUSTIC_INTERVAL_SECONDS = 10;

/** What was last commanded. */
export interface ActuationState {
  readonly powerLimitMilliwatts: number | null;
  /** When it changed; no earlier than the first command. */
  readonly powerLimitAtSeconds: number;
  readonly acousticThresholdC: number | null;
  readonly acousticAtSeconds: number;
  readonly dutyCycle: number;
}

export function startActuation(): ActuationState {
  return {
    powerLimitMilliwatts: null,
    powerLimitAtSeconds: 0,
    acousticThresholdC: null,
    acousticAtSeconds: 0,
    dutyCycle: 1,
  };
}

/**
 * Brings a mean power share about: by the power limit as far down as it goes, and by pauses below that.
 * `share` and the limits that come out lie inside the card's range.
 */
export function actuate(
  state: ActuationState,
  wish: {
    readonly atSeconds: number;
    readonly share: number;
    readonly acousticC: number;
    readonly power: PowerState;
  },
  range: GovernorRange,
  actuators: GovernorActuators,
): ActuationState {
  return {
    ...nextPowerLimit(state, wish.atSeconds, wish.share, range),
    ...nextAcoustic(state, wish.atSeconds, wish.acousticC, actuators.acoustic),
    dutyCycle: nextDuty(state.dutyCycle, wish.share, wish.power, range),
  };
}

function nextPowerLimit(
  state: ActuationState,
  atSeconds: number,
  share: number,
  { limit, referenceMilliwatts }: GovernorRange,
): Pick<ActuationState, 'powerLimitMilliwatts' | 'powerLimitAtSeconds'> {
  const { powerLimitMilliwatts: present, powerLimitAtSeconds } = state;
  if (limit === null || referenceMilliwatts === null) {
    return { powerLimitMilliwatts: null, powerLimitAtSeconds };
  }
  const { leastMilliwatts, greatestMilliwatts } = limit;
  const rounded = Math.round((share * referenceMilliwatts) / LIMIT_STEP_MILLIWATTS) * LIMIT_STEP_MILLIWATTS;
  const wanted = clamp(rounded, leastMilliwatts, greatestMilliwatts);
  const kept = present === null ? null : clamp(present, leastMilliwatts, greatestMilliwatts);
  const change = kept === null ? Number.POSITIVE_INFINITY : Math.abs(wanted - kept);
  const deadband = Math.max(LIMIT_DEADBAND_MILLIWATTS, LIMIT_DEADBAND_SHARE * referenceMilliwatts);
  const due = atSeconds - powerLimitAtSeconds >= LIMIT_INTERVAL_SECONDS && change >= deadband;
  const urgent = change >= LIMIT_URGENT_SHARE * referenceMilliwatts;
  if (kept === null || due || urgent) return { powerLimitMilliwatts: wanted, powerLimitAtSeconds: atSeconds };
  return { powerLimitMilliwatts: kept, powerLimitAtSeconds };
}

function nextAcoustic(
  state: ActuationState,
  atSeconds: number,
  targetC: number,
  acoustic: GovernorActuators['acoustic'],
): Pick<ActuationState, 'acousticThresholdC' | 'acousticAtSeconds'> {
  const { acousticThresholdC: present, acousticAtSeconds } = state;
  if (acoustic === null) return { acousticThresholdC: null, acousticAtSeconds };
  const wanted = clamp(Math.round(targetC), acoustic.minimumC, acoustic.maximumC);
  const kept = present === null ? null : clamp(present, acoustic.minimumC, acoustic.maximumC);
  const due = kept !== wanted && atSeconds - acousticAtSeconds >= ACOUSTIC_INTERVAL_SECONDS;
  if (kept === null || due) return { acousticThresholdC: wanted, acousticAtSeconds: atSeconds };
  return { acousticThresholdC: kept, acousticAtSeconds };
}

function nextDuty(present: number, share: number, power: PowerState, range: GovernorRange): number {
  if (range.limit !== null && share >= range.leastLimitShare) return 1;
  const full = fullShareUnder(power, range.leastLimitShare);
  const exact = clamp((share - power.idleShare) / (full - power.idleShare), LEAST_DUTY, 1);
  const wanted = Math.round(exact * DUTY_STEPS) / DUTY_STEPS;
  const deadband = Math.max(DUTY_DEADBAND, DUTY_DEADBAND_RELATIVE * wanted);
  const atAnEnd = wanted === 1 || wanted === LEAST_DUTY;
  return atAnEnd || Math.abs(wanted - present) >= deadband ? wanted : present;
}
