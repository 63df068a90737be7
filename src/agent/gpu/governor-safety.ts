import type { ReadingState } from './governor-reading.ts';

/** How far ahead a rising temperature is followed: the longest time to the next sample, and the time to stop. */
const HORIZON_SECONDS = 1;
const MISSED_LIMIT = 2;
const RESUME_BELOW_SAFETY_C = 10;
const RESUME_ABOVE_TARGET_C = 5;
const RESUME_AFTER_SECONDS = 5;
const TARGET_COUNTS_SECONDS = 60;
/** Graphics memory throttles itself at 110 °C at the latest. */
const MEMORY_STOP_C = 108;
const MEMORY_RESUME_C = 98;

/** The hard stop. */
export interface SafetyState {
  /** Why compute is stopped, in words; null: it may run. */
  readonly stoppedBecause: string | null;
  readonly stoppedAtSeconds: number | null;
  readonly coolSinceSeconds: number | null;
}

export function startSafety(): SafetyState {
  return { stoppedBecause: null, stoppedAtSeconds: null, coolSinceSeconds: null };
}

export function stepSafety(
  state: SafetyState,
  sample: {
    readonly atSeconds: number;
    readonly busy: boolean;
    readonly reading: ReadingState;
    readonly memoryTemperatureC: number | null;
    readonly sensorStuck: boolean;
    readonly safetyTemperatureC: number;
    readonly targetTemperatureC: number;
  },
): SafetyState {
  const { atSeconds } = sample;
  const stoppedAtSeconds = state.stoppedAtSeconds ?? atSeconds;
  const resumeAtC = resumeTemperatureC(sample, atSeconds - stoppedAtSeconds);
  const danger = dangerOf(sample, resumeAtC);
  if (danger !== null) return { stoppedBecause: danger, stoppedAtSeconds, coolSinceSeconds: null };
  if (state.stoppedBecause === null) return state;
  if (!isCool(sample, resumeAtC)) return { ...state, coolSinceSeconds: null };
  const coolSinceSeconds = state.coolSinceSeconds ?? atSeconds;
  return atSeconds - coolSinceSeconds >= RESUME_AFTER_SECONDS
    ? startSafety()
    : { ...state, coolSinceSeconds };
}

type Sample = Parameters<typeof stepSafety>[1];

function dangerOf(sample: Sample, resumeAtC: number): string | null {
  const { reading, safetyTemperatureC: safetyC } = sample;
  const resume = `Compute resumes at ${resumeAtC} °C.`;
  if (reading.missedInARow >= MISSED_LIMIT) {
    return sample.busy ? "The card's temperature cannot be read. Compute resumes when it can." : null;
  }
  if (sample.sensorStuck) {
    return `The card reports ${reading.temperatureC} °C whatever it does, so its thermometer is not trusted.`;
  }
  if (sample.memoryTemperatureC !== null && sample.memoryTemperatureC >= MEMORY_STOP_C) {
    return `The card's memory is at ${sample.memoryTemperatureC} °C. Compute resumes at ${MEMORY_RESUME_C} °C.`;
  }
  if (reading.temperatureC === null || reading.missedInARow > 0) return null;
  if (reading.temperatureC >= safetyC) {
    return `The card is at ${reading.temperatureC} °C, its safety temperature is ${safetyC} °C. ${resume}`;
  }
  if (
    sample.busy &&
    reading.temperatureC + Math.max(0, reading.slopeCPerSecond) * HORIZON_SECONDS >= safetyC
  ) {
    return `The card is at ${reading.temperatureC} °C and rises fast to its safety temperature, ${safetyC} °C. ${resume}`;
  }
  return null;
}

function isCool(sample: Sample, resumeAtC: number): boolean {
  const { reading, memoryTemperatureC } = sample;
  if (reading.temperatureC === null || reading.missedInARow > 0) return false;
  if (memoryTemperatureC !== null && memoryTemperatureC > MEMORY_RESUME_C) return false;
  return reading.temperatureC <= resumeAtC;
}

/** A target that the card does not even reach at rest must not keep it stopped for ever. */
function resumeTemperatureC(sample: Sample, stoppedForSeconds: number): number {
  const belowSafetyC = sample.safetyTemperatureC - RESUME_BELOW_SAFETY_C;
  return stoppedForSeconds >= TARGET_COUNTS_SECONDS
    ? belowSafetyC
    : Math.min(belowSafetyC, sample.targetTemperatureC + RESUME_ABOVE_TARGET_C);
}
