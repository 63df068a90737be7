import type { NvmlDevice } from 'node-nvml';
import type { FakeCardProperty } from '../packages/node-nvml/test/fake-driver/fake-card-property.ts';
import type { FakeDriver } from '../packages/node-nvml/test/fake-driver/fake-driver.ts';
import {
  type GovernorActuators,
  type GovernorCommand,
  type GovernorInput,
  type GovernorState,
  governorStep,
  startGovernor,
} from '../src/agent/gpu/governor.ts';

export type CardMake = Partial<Record<FakeCardProperty, number>>;

/** What the governor may set on the card. */
export interface Rights {
  readonly limit: boolean;
  readonly acoustic: boolean;
}

const CARD = 0;
/** Runs and pauses of a paced model, as a worker makes them. */
const PACE_PERIOD_SECONDS = 0.2;
const SAMPLE_SECONDS = 0.5;
const SAFETY_TEMPERATURE_C = 87;

/** One card of the fake driver, with its clock in our hands, read and set through the real binding. */
export class GovernorRig {
  readonly #driver: FakeDriver;
  readonly #device: NvmlDevice;
  #seconds = 0;
  #isRunning = false;
  #dutyCycle = 1;
  #lastEnergy: { readonly millijoules: number; readonly seconds: number } | null = null;
  /** Since they were last asked for. */
  #hottestC = Number.NEGATIVE_INFINITY;
  #coldestC = Number.POSITIVE_INFINITY;
  #awaitedC = Number.POSITIVE_INFINITY;
  #reachedAtSeconds: number | null = null;
  #random = 1;

  constructor(driver: FakeDriver, device: NvmlDevice) {
    this.#driver = driver;
    this.#device = device;
  }

  get seconds(): number {
    return this.#seconds;
  }

  get temperatureC(): number {
    return this.#driver.get(CARD, 'temperatureC');
  }

  get workDone(): number {
    return this.#driver.get(CARD, 'workDone');
  }

  /** The extremes since the last call. */
  takeExtremes(): { readonly coldestC: number; readonly hottestC: number } {
    const extremes = { coldestC: this.#coldestC, hottestC: this.#hottestC };
    this.#coldestC = Number.POSITIVE_INFINITY;
    this.#hottestC = Number.NEGATIVE_INFINITY;
    return extremes;
  }

  /** When the die gets this hot, `reachedAtSeconds` says when that was. */
  await(temperatureC: number): void {
    this.#awaitedC = temperatureC;
    this.#reachedAtSeconds = null;
  }

  get reachedAtSeconds(): number | null {
    return this.#reachedAtSeconds;
  }

  warmRoom(byC: number): void {
    this.#driver.set(CARD, 'ambientC', this.#driver.get(CARD, 'ambientC') + byC);
  }

  /** A constant setting, without a governor. */
  hold(setting: { readonly powerLimitMilliwatts?: number; readonly dutyCycle?: number }): void {
    this.#isRunning = true;
    this.#dutyCycle = setting.dutyCycle ?? 1;
    if (setting.powerLimitMilliwatts !== undefined) {
      this.#device.setPowerLimit(Math.round(setting.powerLimitMilliwatts));
    }
  }

  /** A governor that steps at each irregular sample. */
  govern(targetC: number, rights: Rights): Governor {
    return new Governor(this, targetC, this.#actuators(rights));
  }

  read(): GovernorInput {
    const sample = this.#device.sample({ processes: false });
    const millijoules = sample.energyMillijoules;
    const last = this.#lastEnergy;
    const mean =
      millijoules === null || last === null || this.#seconds <= last.seconds
        ? sample.powerMilliwatts
        : (millijoules - last.millijoules) / (this.#seconds - last.seconds);
    this.#lastEnergy = millijoules === null ? null : { millijoules, seconds: this.#seconds };
    return {
      atSeconds: this.#seconds,
      temperatureC: sample.temperatureC,
      memoryTemperatureC: sample.memoryTemperatureC,
      powerMilliwatts: mean,
      fanPercent: sample.fanPercent,
      busy: this.#isRunning,
    };
  }

  apply(command: GovernorCommand, busy: boolean): void {
    this.#dutyCycle = command.dutyCycle;
    this.#isRunning = busy && command.stop === null;
    const { powerLimitMilliwatts, acousticThresholdC } = command;
    if (powerLimitMilliwatts !== null && powerLimitMilliwatts !== this.#device.powerLimitMilliwatts()) {
      this.#device.setPowerLimit(powerLimitMilliwatts);
    }
    if (
      acousticThresholdC !== null &&
      acousticThresholdC !== this.#device.temperatureThresholdC('acousticCurrent')
    ) {
      this.#device.setTemperatureThreshold('acousticCurrent', acousticThresholdC);
    }
  }

  /** To the next sample, 0.25 to 0.75 s away. */
  nextSample(): void {
    // Numerical Recipes' generator: the same irregularity in every run.
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    this.advance(SAMPLE_SECONDS * (0.5 + this.#random / 2 ** 32));
  }

  advance(seconds: number): void {
    const end = this.#seconds + seconds;
    while (end - this.#seconds > 1e-9) {
      const phase = this.#seconds % PACE_PERIOD_SECONDS;
      const runs = this.#dutyCycle * PACE_PERIOD_SECONDS;
      const isOn = this.#dutyCycle === 1 || phase < runs - 1e-9;
      const toEdge = this.#dutyCycle === 1 ? 0.1 : (isOn ? runs : PACE_PERIOD_SECONDS) - phase;
      const step = Math.min(Math.max(toEdge, 1e-6), end - this.#seconds);
      this.#driver.set(CARD, 'load', this.#isRunning && isOn ? 1 : 0);
      this.#driver.advance(step);
      this.#seconds += step;
      const { temperatureC } = this;
      this.#hottestC = Math.max(this.#hottestC, temperatureC);
      this.#coldestC = Math.min(this.#coldestC, temperatureC);
      if (temperatureC >= this.#awaitedC) this.#reachedAtSeconds ??= this.#seconds;
    }
  }

  get powerRange(): {
    readonly minimumMilliwatts: number;
    readonly maximumMilliwatts: number;
    readonly defaultMilliwatts: number;
  } {
    return {
      ...this.#device.powerLimitRange(),
      defaultMilliwatts: this.#device.defaultPowerLimitMilliwatts(),
    };
  }

  #actuators(rights: Rights): GovernorActuators {
    const range = this.powerRange;
    return {
      power: rights.limit ? range : null,
      acoustic: rights.acoustic
        ? {
            minimumC: this.#device.temperatureThresholdC('acousticMinimum'),
            maximumC: this.#device.temperatureThresholdC('acousticMaximum'),
          }
        : null,
      powerDefaultMilliwatts: range.defaultMilliwatts,
      slowdownTemperatureC: this.#device.temperatureThresholdC('slowdown'),
    };
  }
}

class Governor {
  readonly #rig: GovernorRig;
  readonly #targetC: number;
  readonly #actuators: GovernorActuators;
  #state: GovernorState = startGovernor();
  #previous: GovernorCommand | null = null;
  /** Changes of the limit or of the duty cycle, and hard stops. */
  changes = 0;
  stops = 0;

  constructor(rig: GovernorRig, targetC: number, actuators: GovernorActuators) {
    this.#rig = rig;
    this.#targetC = targetC;
    this.#actuators = actuators;
  }

  /** Runs until the rig's clock shows `untilSeconds`. */
  run(untilSeconds: number, busy: boolean): void {
    while (this.#rig.seconds < untilSeconds) {
      const targets = { targetTemperatureC: this.#targetC, powerPercent: 100, fanCeilingPercent: null };
      const { state, command } = governorStep(
        this.#state,
        { ...this.#rig.read(), busy },
        { targets, safetyTemperatureC: SAFETY_TEMPERATURE_C },
        this.#actuators,
      );
      this.#state = state;
      const { dutyCycle, powerLimitMilliwatts, stop } = command;
      const before = this.#previous;
      if (dutyCycle !== before?.dutyCycle || powerLimitMilliwatts !== before.powerLimitMilliwatts) {
        this.changes += 1;
      }
      if (stop !== null && (before === null || before.stop === null)) this.stops += 1;
      this.#previous = command;
      this.#rig.apply(command, busy);
      this.#rig.nextSample();
    }
  }
}
