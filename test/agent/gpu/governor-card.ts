import type {
  GovernorActuators,
  GovernorCommand,
  GovernorInput,
} from '../../../src/agent/gpu/governor-types.ts';

/** A card's thermal properties; the same model as the fake driver's (its C sources have the formulas). */
export interface CardMake {
  readonly ambientC: number;
  readonly idleWatts: number;
  readonly fullLoadWatts: number;
  readonly defaultWatts: number;
  readonly minimumWatts: number;
  readonly maximumWatts: number;
  readonly dieHeatCapacity: number;
  readonly sinkHeatCapacity: number;
  readonly dieToSinkResistance: number;
  readonly sinkToAirResistance: number;
  readonly acousticMinimumC: number;
  readonly acousticMaximumC: number;
  readonly slowdownC: number;
}

/** Like a GeForce RTX 4070. */
export const MIDDLE_CARD: CardMake = {
  ambientC: 24,
  idleWatts: 12,
  fullLoadWatts: 195,
  defaultWatts: 200,
  minimumWatts: 100,
  maximumWatts: 215,
  dieHeatCapacity: 42,
  sinkHeatCapacity: 350,
  dieToSinkResistance: 0.06,
  sinkToAirResistance: 0.1675,
  acousticMinimumC: 65,
  acousticMaximumC: 91,
  slowdownC: 95,
};

const STEP_SECONDS = 0.05;
const LEAKAGE_PER_DEGREE = 0.001;
const THROUGHPUT_EXPONENT = 0.6;

/** A simulated card: what a governor reads and sets, with the truth beside it. */
export class SimulatedCard {
  ambientC: number;
  /** What the model asks of the card while it runs, 0 to 1. */
  load = 1;
  running = true;
  /** Commands for the limit are refused, as by a driver that says no. */
  refusesLimits = false;
  /** A worker that does not pause between its runs, whatever it was told. */
  refusesPauses = false;
  temperatureC: number;
  sinkC: number;
  fanPercent = 0;
  workDone = 0;
  seconds = 0;
  limitWatts: number;
  #acousticC = 83;
  #dutyCycle = 1;
  #firmwareWatts: number;
  #energyJoules = 0;
  #joulesRead = 0;
  #readAtSeconds = 0;
  readonly make: CardMake;

  constructor(make: CardMake) {
    this.make = make;
    this.ambientC = make.ambientC;
    this.limitWatts = make.defaultWatts;
    this.#firmwareWatts = make.maximumWatts;
    this.sinkC = this.ambientC + make.idleWatts / this.#conductance();
    this.temperatureC = this.sinkC + make.idleWatts * make.dieToSinkResistance;
  }

  /** All that the card can tell; power as the mean since the last reading. */
  read(): GovernorInput {
    const seconds = this.seconds - this.#readAtSeconds;
    const watts = seconds > 0 ? (this.#energyJoules - this.#joulesRead) / seconds : this.make.idleWatts;
    this.#joulesRead = this.#energyJoules;
    this.#readAtSeconds = this.seconds;
    return {
      atSeconds: this.seconds,
      temperatureC: Math.round(this.temperatureC),
      memoryTemperatureC: null,
      powerMilliwatts: Math.round(watts * 1000),
      fanPercent: Math.round(this.fanPercent),
      busy: this.running,
    };
  }

  apply(command: GovernorCommand): void {
    this.#dutyCycle = this.refusesPauses ? 1 : command.dutyCycle;
    this.running = command.stop === null;
    if (this.refusesLimits) return;
    this.limitWatts =
      command.powerLimitMilliwatts === null ? this.make.defaultWatts : command.powerLimitMilliwatts / 1000;
    this.#acousticC = command.acousticThresholdC ?? 83;
  }

  actuators(may: { readonly power: boolean; readonly acoustic: boolean }): GovernorActuators {
    const { make } = this;
    return {
      power: may.power
        ? {
            minimumMilliwatts: make.minimumWatts * 1000,
            maximumMilliwatts: make.maximumWatts * 1000,
            defaultMilliwatts: make.defaultWatts * 1000,
          }
        : null,
      acoustic: may.acoustic ? { minimumC: make.acousticMinimumC, maximumC: make.acousticMaximumC } : null,
      powerDefaultMilliwatts: make.defaultWatts * 1000,
      slowdownTemperatureC: make.slowdownC,
    };
  }

  advance(seconds: number): void {
    for (let left = seconds; left > 1e-9; left -= STEP_SECONDS) this.#step(Math.min(left, STEP_SECONDS));
  }

  #step(seconds: number): void {
    const { make } = this;
    this.fanPercent += (fanCurve(this.temperatureC) - this.fanPercent) * Math.min(1, seconds / 3);
    const leakage = 1 + LEAKAGE_PER_DEGREE * (this.temperatureC - 65);
    const wanted = make.idleWatts + (make.fullLoadWatts - make.idleWatts) * this.load * leakage;
    const above = this.temperatureC - this.#acousticC;
    const most = Math.min(this.limitWatts, wanted);
    this.#firmwareWatts =
      this.running && this.load > 0
        ? clamp(this.#firmwareWatts - 0.8 * above * seconds, make.idleWatts, most)
        : make.maximumWatts;
    const firmware = Math.max(
      make.idleWatts + 0.1 * (make.fullLoadWatts - make.idleWatts),
      this.#firmwareWatts - 4 * above,
    );
    const running = Math.min(wanted, this.limitWatts, firmware);
    const speed =
      wanted > make.idleWatts
        ? ((running - make.idleWatts) / (wanted - make.idleWatts)) ** THROUGHPUT_EXPONENT
        : 0;
    // Runs and pauses alternate much faster than a die warms up: their mean does.
    const duty = this.running ? this.#dutyCycle : 0;
    const watts = make.idleWatts + duty * (running - make.idleWatts);
    const toSink = (this.temperatureC - this.sinkC) / make.dieToSinkResistance;
    const toAir = (this.sinkC - this.ambientC) * this.#conductance();
    this.temperatureC += ((watts - toSink) * seconds) / make.dieHeatCapacity;
    this.sinkC += ((toSink - toAir) * seconds) / make.sinkHeatCapacity;
    this.#energyJoules += watts * seconds;
    this.workDone += duty * this.load * speed * seconds;
    this.seconds += seconds;
  }

  #conductance(): number {
    return (0.12 + 0.88 * (clamp(this.fanPercent, 0, 100) / 100) ** 0.8) / this.make.sinkToAirResistance;
  }
}

function fanCurve(temperatureC: number): number {
  if (temperatureC <= 45) return 0;
  if (temperatureC <= 55) return 3 * (temperatureC - 45);
  if (temperatureC <= 85) return 30 + (50 * (temperatureC - 55)) / 30;
  return Math.min(100, 80 + (20 * (temperatureC - 85)) / 8);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
