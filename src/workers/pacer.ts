import { DutyBalance } from './duty-balance.ts';

/** Shorter rests are saved up: timers are no finer than a millisecond, and each costs a turn of the event loop. */
const LEAST_REST_MS = 5;

/** What a pacer needs of the machine. */
export interface PacerTime {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Calls back once after that many milliseconds; the returned function cancels it. */
  after(milliseconds: number, callBack: () => void): () => void;
}

const systemPacerTime: PacerTime = {
  now: () => performance.now(),
  after: (milliseconds, callBack) => {
    const timer = setTimeout(callBack, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * Keeps the share of time in which a model runs at a duty cycle, by rests between runs. One run at a time. A run
 * cannot be cut short, so a long one is followed by a rest as long as the duty cycle asks for.
 */
export class Pacer {
  readonly #time: PacerTime;
  readonly #balance = new DutyBalance();
  #wake: (() => void) | undefined;

  constructor(time: PacerTime = systemPacerTime) {
    this.#time = time;
  }

  /** At full speed `pace` does nothing that a bare call would not. */
  get isFullSpeed(): boolean {
    return this.#balance.dutyCycle === 1;
  }

  /** @param dutyCycle 0.01 to 1; holds at once, for a rest in progress too. */
  setDutyCycle(dutyCycle: number): void {
    if (dutyCycle === this.#balance.dutyCycle) return;
    this.#balance.change(dutyCycle, this.#time.now());
    this.#wake?.();
  }

  /** Rests for as long as is due, then runs. @throws what `run` throws. */
  async pace<Result>(run: () => Promise<Result>): Promise<Result> {
    await this.#rest();
    const startMs = this.#time.now();
    try {
      return await run();
    } finally {
      this.#balance.ran(startMs, this.#time.now());
    }
  }

  async #rest(): Promise<void> {
    for (;;) {
      const restMs = this.#balance.restMs(this.#time.now());
      if (restMs < LEAST_REST_MS) return;
      // Rests up to the last fraction of a millisecond: what is left below LEAST_REST_MS waits for the next rest.
      await this.#sleep(Math.ceil(restMs));
    }
  }

  /** Ends early when the duty cycle changes. */
  async #sleep(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#time.after(milliseconds, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
