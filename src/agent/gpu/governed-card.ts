import { type GpuDevice, type GpuLimits, type GpuSample, NO_GPU_LIMITS } from '../../shared/gpu.ts';
import { GPU_PRESETS, type GpuPreferences, type GpuPreset } from '../../shared/gpu-preferences.ts';
import type { GpuView } from '../../shared/local-api.ts';
import { type GovernorCommand, type GovernorState, governorStep, startGovernor } from './governor.ts';
import { GpuReadings } from './gpu-readings.ts';
import type { CardBlock, CardSignal } from './gpu-signal.ts';
import { HEADROOM_AT_START, type HeadroomState, headroomStep } from './memory-headroom.ts';

/** What is wanted of the card at this moment. */
export interface CardWishes {
  readonly preferences: GpuPreferences;
  /** After the schedule. */
  readonly preset: GpuPreset;
}

/** What our workers do on the card at this moment. */
export interface CardWork {
  readonly hasWorker: boolean;
  /** A model runs, or ran so shortly ago that the next is likely. */
  readonly isBusy: boolean;
}

/** When a decision is made. */
export interface Moment {
  /** By a clock that never goes back. */
  readonly atSeconds: number;
  /** By the wall clock, for people. */
  readonly now: Date;
}

type Reading = Pick<
  GpuSample,
  'temperatureC' | 'memoryTemperatureC' | 'powerMilliwatts' | 'fanPercent' | 'memoryFreeBytes'
>;

const NO_READING: Reading = {
  temperatureC: null,
  memoryTemperatureC: null,
  powerMilliwatts: null,
  fanPercent: null,
  memoryFreeBytes: null,
};

/** One card as the agent governs it: its readings, what follows from them, and what is in force on it. */
export class GovernedCard {
  readonly readings = new GpuReadings();
  #device: GpuDevice;
  #sample: GpuSample | null = null;
  #governor: GovernorState = startGovernor();
  #command: GovernorCommand | null = null;
  #headroom: HeadroomState = HEADROOM_AT_START;
  #block: CardBlock | null = null;
  #held: GpuLimits = NO_GPU_LIMITS;
  #problem: string | null = null;
  /** Another program set a limit while ours was in force; ours is not forced upon it. */
  #handsOff = false;

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  get device(): GpuDevice {
    return this.#device;
  }

  get sample(): GpuSample | null {
    return this.#sample;
  }

  get signal(): CardSignal {
    const { uuid, minorNumber } = this.#device;
    return { uuid, minorNumber, dutyCycle: this.#dutyCycle, block: this.#block };
  }

  /** The driver or the rights changed. */
  update(device: GpuDevice): void {
    this.#device = device;
    this.#handsOff = false;
  }

  /** What the guard says is in force. */
  takeHeld(limits: GpuLimits, problem: string | null, foreign: boolean): void {
    this.#held = limits;
    this.#problem = problem;
    if (foreign) this.#handsOff = true;
  }

  takeReleased(problem: string | null): void {
    this.#held = NO_GPU_LIMITS;
    this.#problem = problem;
    this.#handsOff = false;
  }

  /** Decides from a reading what is to be held on the card. */
  step(sample: GpuSample, wishes: CardWishes, work: CardWork, moment: Moment): GpuLimits {
    const powerMilliwatts = meanPower(this.#sample, sample) ?? sample.powerMilliwatts;
    this.#sample = sample;
    this.readings.add(sample);
    return this.#decide({ ...sample, powerMilliwatts }, wishes, work, moment);
  }

  /** Decides when a reading is overdue: a card that is silent while it works must stop. */
  stepBlind(wishes: CardWishes, work: CardWork, moment: Moment): GpuLimits {
    return this.#decide(NO_READING, wishes, work, moment);
  }

  /** Decides once more on the latest reading, for wishes that changed; null before the first. */
  stepAgain(wishes: CardWishes, work: CardWork, moment: Moment): GpuLimits | null {
    return this.#sample === null ? null : this.#decide(this.#sample, wishes, work, moment);
  }

  #decide(reading: Reading, wishes: CardWishes, work: CardWork, { atSeconds, now }: Moment): GpuLimits {
    const { powerLimitRange, acousticThresholdRange, canLimit, slowdownTemperatureC } = this.#device;
    const governed = governorStep(
      this.#governor,
      {
        atSeconds,
        temperatureC: reading.temperatureC,
        memoryTemperatureC: reading.memoryTemperatureC,
        powerMilliwatts: reading.powerMilliwatts,
        fanPercent: reading.fanPercent,
        busy: work.isBusy,
      },
      { targets: targetsOf(wishes), safetyTemperatureC: wishes.preferences.safetyTemperatureC },
      {
        power: canLimit.power && !this.#handsOff ? powerLimitRange : null,
        acoustic: canLimit.acoustic && !this.#handsOff ? acousticThresholdRange : null,
        powerDefaultMilliwatts: powerLimitRange?.defaultMilliwatts ?? null,
        slowdownTemperatureC,
      },
    );
    const { command } = governed;
    this.#governor = governed.state;
    this.#command = command;
    const headroom = headroomStep(
      this.#headroom,
      { atSeconds, freeBytes: reading.memoryFreeBytes, hasWorker: work.hasWorker },
      wishes.preferences.memoryHeadroomBytes,
    );
    this.#headroom = headroom.state;
    this.#block = this.#blockOf(wishes.preferences.enabled, headroom.yields, now);
    if (!work.isBusy || this.#block !== null) return NO_GPU_LIMITS;
    return {
      powerLimitMilliwatts: command.powerLimitMilliwatts,
      acousticThresholdC: command.acousticThresholdC,
    };
  }

  view(wishes: CardWishes): GpuView {
    return {
      device: this.#device,
      preferences: wishes.preferences,
      preset: wishes.preset,
      targets: targetsOf(wishes),
      sample: this.#sample,
      mayRun: this.#block === null,
      detail: this.#block?.message ?? null,
      dutyCycle: this.#block === null ? this.#dutyCycle : 0,
      held: this.#held,
      enforcement: this.#command?.enforcement ?? { temperature: 'none', power: 'none' },
      problem: this.#handsOff
        ? 'Another program changed the limit of this card, so Gata leaves it alone and paces its work instead.'
        : (this.#problem ?? this.#command?.note ?? null),
    };
  }

  get #dutyCycle(): number {
    return this.#command?.dutyCycle ?? 1;
  }

  #blockOf(isEnabled: boolean, yieldsMemory: boolean, now: Date): CardBlock | null {
    const { name } = this.#device;
    const stop = this.#command?.stop ?? null;
    const found = !isEnabled
      ? { code: 'no-gpu-allowed' as const, message: `You do not let Gata work on the ${name}` }
      : stop !== null
        ? stop
        : yieldsMemory
          ? { code: 'gpu-memory-needed' as const, message: `Other programs need the memory of the ${name}` }
          : null;
    if (found === null) return null;
    return { ...found, since: this.#block?.code === found.code ? this.#block.since : now };
  }
}

/** Between two readings, by the card's energy counter, which sees what a momentary reading misses; milliwatts. */
function meanPower(before: GpuSample | null, { atMs, energyMillijoules }: GpuSample): number | null {
  if (before === null || before.energyMillijoules === null || energyMillijoules === null) return null;
  const millijoules = energyMillijoules - before.energyMillijoules;
  const seconds = (atMs - before.atMs) / 1000;
  return millijoules >= 0 && seconds > 0 ? Math.round(millijoules / seconds) : null;
}

function targetsOf({ preferences, preset }: CardWishes) {
  return preset === 'custom' ? preferences.custom : GPU_PRESETS[preset];
}
