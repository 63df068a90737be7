import { LimitError } from '../../../src/gpu/limits/limit-error.ts';
import type { LimitableCard } from '../../../src/gpu/limits/limitable-card.ts';

/** The process is gone: nothing has any effect any more, whoever catches this. */
export class Crash extends Error {
  constructor() {
    super('the process was killed');
  }
}

/** Kills the process at its nth step: every later step of anything throws as well. */
export class CrashPoint {
  #stepsLeft: number;

  constructor(steps = Number.POSITIVE_INFINITY) {
    this.#stepsLeft = steps;
  }

  step(): void {
    if (this.#stepsLeft <= 0) throw new Crash();
    this.#stepsLeft -= 1;
  }
}

/** What stays in the hardware when a process dies. */
export class TestCardState {
  powerMilliwatts: number;
  acousticC = 83;
  failure: LimitError | null = null;
  /** Every power limit that was written, whoever did. */
  readonly written: number[] = [];

  constructor(powerMilliwatts = 200_000) {
    this.powerMilliwatts = powerMilliwatts;
  }

  failWith(code: LimitError['code']): void {
    this.failure = new LimitError(code, 'The test card fails.');
  }
}

/** A card as one process sees it, until that process is killed. */
export class TestCard implements LimitableCard {
  readonly uuid: string;
  readonly powerLimitRange = {
    minimumMilliwatts: 80_000,
    maximumMilliwatts: 230_000,
    defaultMilliwatts: 200_000,
  };
  readonly acousticThresholdRange = { minimumC: 65, maximumC: 91 };
  readonly #state: TestCardState;
  readonly #crash: CrashPoint;

  constructor(uuid: string, state: TestCardState, crash = new CrashPoint()) {
    this.uuid = uuid;
    this.#state = state;
    this.#crash = crash;
  }

  getPowerLimitMilliwatts(): number {
    this.#call();
    return this.#state.powerMilliwatts;
  }

  setPowerLimitMilliwatts(milliwatts: number): void {
    this.#call();
    this.#state.written.push(milliwatts);
    this.#state.powerMilliwatts = milliwatts;
    this.#crash.step();
  }

  getAcousticThresholdC(): number {
    this.#call();
    return this.#state.acousticC;
  }

  setAcousticThresholdC(celsius: number): void {
    this.#call();
    this.#state.acousticC = celsius;
    this.#crash.step();
  }

  #call(): void {
    this.#crash.step();
    if (this.#state.failure !== null) throw this.#state.failure;
  }
}
