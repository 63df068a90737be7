import {
  type GovernorActuators,
  type GovernorCommand,
  type GovernorInput,
  type GovernorSettings,
  type GovernorState,
  governorStep,
  startGovernor,
} from '../../../src/agent/gpu/governor.ts';
import type { SimulatedCard } from './governor-card.ts';

export const BALANCED: GovernorSettings = {
  targets: { targetTemperatureC: 70, powerPercent: 100, fanCeilingPercent: null },
  safetyTemperatureC: 87,
};

export interface Rights {
  readonly power: boolean;
  readonly acoustic: boolean;
}
export const PACING_ONLY: Rights = { power: false, acoustic: false };
export const POWER_LIMIT: Rights = { power: true, acoustic: false };
export const EVERYTHING: Rights = { power: true, acoustic: true };

/** What a step saw and said, for checks afterwards. */
export interface RunStep {
  readonly atSeconds: number;
  readonly trueC: number;
  readonly readC: number | null;
  readonly watts: number;
  readonly command: GovernorCommand;
}

/** A governor on a simulated card, sampled at irregular times; everything may be changed between runs. */
export class GovernorRun {
  state: GovernorState = startGovernor();
  settings = BALANCED;
  rights: Rights = POWER_LIMIT;
  busy = true;
  /** What the sensors say instead of the truth. */
  distort: (input: GovernorInput) => GovernorInput = (input) => input;
  restrict: (actuators: GovernorActuators) => GovernorActuators = (actuators) => actuators;
  readonly card: SimulatedCard;
  readonly #random: () => number;

  constructor(card: SimulatedCard, random: () => number = repeatable(1)) {
    this.card = card;
    this.#random = random;
  }

  /** Runs for this long; a step at about every half second, or every five when nothing runs. */
  run(seconds: number): RunStep[] {
    const steps: RunStep[] = [];
    const end = this.card.seconds + seconds;
    while (this.card.seconds < end) {
      const read = { ...this.card.read(), busy: this.busy };
      const input = this.distort(read);
      const { state, command } = governorStep(
        this.state,
        input,
        this.settings,
        this.restrict(this.card.actuators(this.rights)),
      );
      this.state = state;
      this.card.apply(command);
      this.card.running = this.busy && command.stop === null;
      steps.push({
        atSeconds: input.atSeconds,
        trueC: this.card.temperatureC,
        readC: input.temperatureC,
        watts: (read.powerMilliwatts ?? 0) / 1000,
        command,
      });
      this.card.advance((this.card.running ? 0.5 : 1) * (0.5 + this.#random()));
    }
    return steps;
  }

  /** One step; `distort` for it alone. */
  once(distort: (input: GovernorInput) => GovernorInput = (input) => input): GovernorCommand {
    const before = this.distort;
    this.distort = distort;
    const [step] = this.run(0.01);
    this.distort = before;
    if (step === undefined) throw new Error('The card did not advance.');
    return step.command;
  }
}

export function hottest(steps: readonly RunStep[]): number {
  return Math.max(...steps.map((step) => step.trueC));
}

export function coldest(steps: readonly RunStep[]): number {
  return Math.min(...steps.map((step) => step.trueC));
}

/** How often the limit or the duty cycle changed. */
export function changes(steps: readonly RunStep[]): number {
  return steps.filter((step, index) => {
    const before = steps[index - 1]?.command;
    return (
      before !== undefined &&
      (before.dutyCycle !== step.command.dutyCycle ||
        before.powerLimitMilliwatts !== step.command.powerLimitMilliwatts)
    );
  }).length;
}

/** Numerical Recipes' generator: the same numbers in every run. */
export function repeatable(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
