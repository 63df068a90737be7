import { type ActuationState, actuate, startActuation } from './governor-actuation.ts';
import { type CeilingsState, startCeilings, stepCeilings } from './governor-ceilings.ts';
import { type DieModelState, learnDieModel, startDieModel } from './governor-die-model.ts';
import { enforcementOf } from './governor-enforcement.ts';
import { leastWorkSeconds, noteOf, type ReachState, startReach, stepReach } from './governor-note.ts';
import { leastShare, type PowerState, startPower, takePower } from './governor-power.ts';
import { type GovernorRange, governorRange } from './governor-range.ts';
import { isBlind, type ReadingState, startReading, takeReading } from './governor-reading.ts';
import { type SafetyState, startSafety, stepSafety } from './governor-safety.ts';
import {
  DOUBTFUL_SENSOR_SHARE,
  type StuckSensorState,
  startStuckSensor,
  stepStuckSensor,
} from './governor-stuck-sensor.ts';
import {
  startTemperature,
  stepTemperature,
  type TemperatureState,
  withDieModel,
} from './governor-temperature.ts';
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
  /** The governor's own time, which never goes back; and the input's, which may when the clock is set. */
  readonly atSeconds: number;
  readonly inputAtSeconds: number | null;
  readonly reading: ReadingState;
  readonly sensor: StuckSensorState;
  readonly power: PowerState;
  readonly model: DieModelState;
  readonly ceilings: CeilingsState;
  readonly temperature: TemperatureState;
  readonly safety: SafetyState;
  readonly reach: ReachState;
  readonly actuation: ActuationState;
  /** A model was to run since the last step. */
  readonly wasBusy: boolean;
}

export function startGovernor(): GovernorState {
  return {
    atSeconds: 0,
    inputAtSeconds: null,
    reading: startReading(),
    sensor: startStuckSensor(),
    power: startPower(),
    model: startDieModel(),
    ceilings: startCeilings(),
    temperature: startTemperature(),
    safety: startSafety(),
    reach: startReach(),
    actuation: startActuation(),
    wasBusy: false,
  };
}

/**
 * Holds a card at the user's temperature and power. Pure and deterministic: call it with every sample, and when a
 * sample is overdue while the card is busy (about 1.5 s) call it with nulls, so that a silent card stops compute.
 * Apply the whole command each time; values change only when a change is worth a call of the driver.
 *
 * One number is steered: the card's mean power, as a share of its default limit. Below it are the actuators (the
 * power limit, and pauses where that may not be set or does not suffice), above it the wishes: temperature, power,
 * fan and memory. That is why rights may come and go, and settings change, without a jump.
 */
export function governorStep(
  state: GovernorState,
  input: GovernorInput,
  settings: GovernorSettings,
  actuators: GovernorActuators,
): { state: GovernorState; command: GovernorCommand } {
  const { busy } = input;
  const { wasBusy } = state;
  const range = governorRange(settings, actuators);
  const seconds = Math.max(0, input.atSeconds - (state.inputAtSeconds ?? input.atSeconds));
  const atSeconds = state.atSeconds + seconds;
  const reading = takeReading(state.reading, atSeconds, input.temperatureC);
  const temperatureC = reading.missedInARow === 0 ? reading.temperatureC : null;
  const power = takePower(state.power, {
    seconds,
    busy: wasBusy,
    share: shareOf(input.powerMilliwatts, range),
    dutyCycle: state.actuation.dutyCycle,
    limitShare: shareOf(state.actuation.powerLimitMilliwatts, range) ?? 1,
  });
  const { drawnShare, meanShare } = power;
  const sensor = stepStuckSensor(state.sensor, { atSeconds, seconds, temperatureC, meanShare });
  const model = learnDieModel(state.model, { atSeconds, seconds, busy, temperatureC, share: drawnShare });
  const ceilings = stepCeilings(state.ceilings, {
    ...input,
    seconds,
    temperatureC,
    targetC: range.targetTemperatureC,
    fanCeilingPercent: settings.targets.fanCeilingPercent,
    leastWorkSeconds: leastWorkSeconds(state.reach, atSeconds),
  });
  // Thermometers know whole degrees: a target between two of them would never come to rest.
  const targetC = Math.round(range.targetTemperatureC - ceilings.loweredC);
  const least = leastShare(power, range.leastLimitShare);
  const greatest =
    sensor.unanswered > 0 ? Math.min(range.greatestShare, DOUBTFUL_SENSOR_SHARE) : range.greatestShare;
  const held = stepTemperature(
    model.die === state.model.die
      ? state.temperature
      : withDieModel(state.temperature, state.reading.temperatureC, model.die),
    {
      seconds,
      temperatureC,
      targetC,
      // A reading of this very moment may fall into a pause of the paced model, which the mean does not.
      drawnShare: wasBusy ? Math.max(drawnShare, meanShare) : drawnShare,
      wasBusy,
      busy,
      least,
      greatest,
    },
    model.die,
  );
  const safety = stepSafety(state.safety, {
    atSeconds,
    busy,
    reading,
    memoryTemperatureC: input.memoryTemperatureC,
    sensorStuck: sensor.unanswered > 1,
    safetyTemperatureC: range.safetyTemperatureC,
    targetTemperatureC: targetC,
  });
  // After a stop the card starts again from the least, whatever it was that was too much.
  const temperature = safety.stoppedBecause === null ? held : { ...held, share: least };
  const share = busy && isBlind(reading, targetC) ? least : temperature.share;
  const actuation = actuate(
    state.actuation,
    { atSeconds, share, acousticC: targetC, power },
    range,
    actuators,
  );
  const reach = stepReach(state.reach, {
    atSeconds,
    doesTheLeast: busy && temperature.share <= least,
    temperatureC,
    targetC,
  });
  const { powerLimitMilliwatts, acousticThresholdC, dutyCycle } = actuation;
  return {
    state: {
      atSeconds,
      inputAtSeconds: input.atSeconds,
      reading,
      sensor,
      power,
      model,
      ceilings,
      temperature,
      safety,
      reach,
      actuation,
      wasBusy: busy && safety.stoppedBecause === null,
    },
    command: {
      powerLimitMilliwatts,
      acousticThresholdC,
      dutyCycle,
      stop: safety.stoppedBecause === null ? null : { code: 'gpu-too-hot', message: safety.stoppedBecause },
      enforcement: enforcementOf(reading, range, actuators, dutyCycle),
      note: noteOf({
        atSeconds,
        reach,
        sensorInDoubt: sensor.unanswered > 0,
        fanFloorPercent: ceilings.fanFloorPercent,
        fanCeilingPercent: settings.targets.fanCeilingPercent,
        temperatureC: reading.temperatureC,
        askedC: settings.targets.targetTemperatureC,
        targetC,
        rangeTargetC: range.targetTemperatureC,
        safetyC: range.safetyTemperatureC,
      }),
    },
  };
}

function shareOf(milliwatts: number | null, range: GovernorRange): number | null {
  const { referenceMilliwatts } = range;
  return milliwatts === null || referenceMilliwatts === null ? null : milliwatts / referenceMilliwatts;
}
