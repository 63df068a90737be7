import { type ActuationState, actuate, startActuation } from './governor-actuation.ts';
import { clamp } from './governor-low-pass.ts';
import { type PowerState, startPower, takePower } from './governor-power.ts';
import { type GovernorRange, governorRange, LEAST_DUTY } from './governor-range.ts';
import { type ReadingState, startReading, takeReading } from './governor-reading.ts';
import { type SafetyState, startSafety, stepSafety } from './governor-safety.ts';
import { startTemperature, stepTemperature, type TemperatureState } from './governor-temperature.ts';
import type {
  GovernorActuators,
  GovernorCommand,
  GovernorInput,
  GovernorSettings,
} from './governor-types.ts';

export type {
  GovernorActuators,
  GovernorCommand,
  GovernorInput,
  GovernorSettings,
} from './governor-types.ts';

/** Plain data; nothing but `governorStep` needs to look inside. */
export interface GovernorState {
  readonly reading: ReadingState;
  readonly power: PowerState;
  readonly temperature: TemperatureState;
  readonly safety: SafetyState;
  readonly actuation: ActuationState;
  readonly wasBusy: boolean;
}

const DIE = { gainC: 16, lagSeconds: 2.5 };

export function startGovernor(): GovernorState {
  return {
    reading: startReading(),
    power: startPower(),
    temperature: startTemperature(),
    safety: startSafety(),
    actuation: startActuation(),
    wasBusy: false,
  };
}

/**
 * Holds a card at the user's temperature and power. Pure and deterministic: call it with every sample, and when a
 * sample is overdue while the card is busy (about 1.5 s) call it with nulls, so that a silent card stops compute.
 * Apply the whole command each time; values change only when a change is worth a call of the driver.
 */
export function governorStep(
  state: GovernorState,
  input: GovernorInput,
  settings: GovernorSettings,
  actuators: GovernorActuators,
): { state: GovernorState; command: GovernorCommand } {
  const range = governorRange(settings, actuators);
  const seconds = state.reading.atSeconds === null ? 0 : input.atSeconds - state.reading.atSeconds;
  const reading = takeReading(state.reading, input);
  const power = takePower(state.power, {
    seconds,
    busy: state.wasBusy,
    share: shareOf(input.powerMilliwatts, range),
    dutyCycle: state.actuation.dutyCycle,
    limitShare: shareOf(state.actuation.powerLimitMilliwatts, range) ?? 1,
  });
  const targetC = range.targetTemperatureC;
  const least = power.idleShare + LEAST_DUTY * 0.5;
  const temperature = stepTemperature(
    state.temperature,
    {
      seconds,
      temperatureC: reading.missedInARow === 0 ? reading.temperatureC : null,
      targetC,
      meanShare: power.meanShare,
      busy: input.busy,
      least,
      greatest: range.greatestShare,
    },
    DIE,
  );
  const safety = stepSafety(state.safety, {
    atSeconds: input.atSeconds,
    busy: input.busy,
    reading,
    memoryTemperatureC: input.memoryTemperatureC,
    sensorStuck: false,
    safetyTemperatureC: range.safetyTemperatureC,
    targetTemperatureC: range.targetTemperatureC,
  });
  const stopped = safety.stoppedBecause !== null;
  const actuation = actuate(
    state.actuation,
    {
      atSeconds: input.atSeconds,
      share: stopped ? least : clamp(temperature.share, least, range.greatestShare),
      acousticC: targetC,
      power,
    },
    range,
    actuators,
  );
  return {
    state: { reading, power, temperature, safety, actuation, wasBusy: input.busy },
    command: {
      powerLimitMilliwatts: actuation.powerLimitMilliwatts,
      acousticThresholdC: actuation.acousticThresholdC,
      dutyCycle: actuation.dutyCycle,
      stop: safety.stoppedBecause === null ? null : { code: 'gpu-too-hot', message: safety.stoppedBecause },
      enforcement: enforcementOf(input, range, actuators, actuation),
      note: null,
    },
  };
}

function shareOf(milliwatts: number | null, range: GovernorRange): number | null {
  return milliwatts === null || range.referenceMilliwatts === null
    ? null
    : milliwatts / range.referenceMilliwatts;
}

function enforcementOf(
  input: GovernorInput,
  range: GovernorRange,
  actuators: GovernorActuators,
  actuation: ActuationState,
): GovernorCommand['enforcement'] {
  const byHardware = (range.limit !== null || actuators.acoustic !== null) && actuation.dutyCycle === 1;
  return {
    temperature: input.temperatureC === null ? 'none' : byHardware ? 'hardware' : 'pacing',
    power: range.limit !== null ? 'hardware' : 'pacing',
  };
}
