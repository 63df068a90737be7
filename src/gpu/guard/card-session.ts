import { NvmlError } from 'node-nvml';
import type { GpuDevice, GpuSample } from '../../shared/gpu.ts';
import { GUARD_LEASE_MS } from '../../shared/gpu-guard-protocol.ts';
import { type Card, emptySample } from '../cards/card.ts';
import { Driver, type DriverOptions } from '../cards/driver.ts';
import { readBootId } from '../limits/boot-id.ts';
import { LimitError } from '../limits/limit-error.ts';
import { LimitJournal } from '../limits/limit-journal.ts';
import { LimitLeases } from '../limits/limit-leases.ts';
import { monotonicClock } from '../limits/monotonic-clock.ts';

export interface CardSessionOptions extends DriverOptions {
  readonly journalPath: string;
}

/** No card answers any more. */
export class CardsLostError extends Error {
  /** NVML's, of the first card. */
  readonly code: NvmlError['code'];

  constructor(cause: NvmlError) {
    super(cause.message, { cause });
    this.name = 'CardsLostError';
    this.code = cause.code;
  }
}

/** The driver, its cards and the leases on their limits, from one loading of the driver to its loss. */
export class CardSession implements Disposable {
  readonly driver: Driver;
  /** null: the journal cannot be used, so that nothing may be changed. */
  readonly leases: LimitLeases | null;
  /** Why, in words. */
  readonly journalProblem: string;
  readonly #log: (line: string) => void;
  /** Cards that did not answer at the last reading. */
  readonly #silent = new Set<string>();

  /** Puts back what an earlier process left. @throws NvmlError when there is no driver, or it goes away meanwhile. */
  static open(options: CardSessionOptions): CardSession {
    const driver = Driver.open(options);
    let leases: LimitLeases | null = null;
    let journalProblem = '';
    try {
      leases = LimitLeases.open({
        journal: new LimitJournal(options.journalPath, readBootId()),
        cards: driver.cards.map((card) => card.limitable),
        clock: monotonicClock,
        leaseMs: GUARD_LEASE_MS,
        log: options.log,
      });
    } catch (thrown) {
      journalProblem = LimitError.from(thrown).message;
      options.log(journalProblem);
    }
    return new CardSession(driver, leases, journalProblem, options.log);
  }

  private constructor(
    driver: Driver,
    leases: LimitLeases | null,
    journalProblem: string,
    log: (line: string) => void,
  ) {
    this.driver = driver;
    this.leases = leases;
    this.journalProblem = journalProblem;
    this.#log = log;
  }

  get cards(): readonly Card[] {
    return this.driver.cards;
  }

  describe(canLimit: (uuid: string) => GpuDevice['canLimit']): GpuDevice[] {
    return this.cards.map((card) => card.describe(canLimit(card.uuid)));
  }

  /** A reading of every card; of one that does not answer, an empty one. @throws CardsLostError when none answers. */
  sample(): GpuSample[] {
    let failure: NvmlError | undefined;
    const samples = this.cards.map((card) => {
      try {
        const sample = card.sample();
        this.#silent.delete(card.uuid);
        return sample;
      } catch (error) {
        if (!(error instanceof NvmlError)) throw error;
        failure ??= error;
        if (!this.#silent.has(card.uuid)) this.#log(`${card.uuid} does not answer. ${error.message}`);
        this.#silent.add(card.uuid);
        return emptySample(card.uuid, Date.now());
      }
    });
    if (failure !== undefined && this.#silent.size === this.cards.length) throw new CardsLostError(failure);
    return samples;
  }

  [Symbol.dispose](): void {
    this.leases?.[Symbol.dispose]();
    this.driver[Symbol.dispose]();
  }
}
