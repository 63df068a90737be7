import type { Clock } from '../../shared/clock.ts';
import type { GpuLimits } from '../../shared/gpu.ts';
import { HELPER_LEASE_MS, HELPER_PROTOCOL_VERSION } from '../../shared/gpu-helper-protocol.ts';
import { LimitError } from '../limits/limit-error.ts';
import type { Journal } from '../limits/limit-journal.ts';
import { type HeldLimits, LimitLeases } from '../limits/limit-leases.ts';
import type { LimitableCard } from '../limits/limitable-card.ts';
import type { HelperDescription, HelperVerbs } from './helper-verbs.ts';
import { HELPER_VERSION } from './helper-version.ts';

/** The driver, opened, and its cards. */
export interface OpenedCards extends Disposable {
  readonly cards: readonly LimitableCard[];
}

export interface HelperLimitsOptions {
  /** @throws LimitError `driver-unavailable`. */
  readonly openCards: () => OpenedCards;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** The driver was there and is not any more: this process cannot be sure to reach it again. */
  readonly onDriverGone: (why: string) => void;
}

interface Opened {
  readonly driver: OpenedCards;
  readonly leases: LimitLeases;
}

/** The verbs over the machine's cards. The driver is opened when somebody first asks for a card. */
export class HelperLimits implements HelperVerbs, Disposable {
  readonly #options: HelperLimitsOptions;
  #opened: Opened | undefined;

  constructor(options: HelperLimitsOptions) {
    this.#options = options;
  }

  /** Limits that should be back and are not yet; `check` tries again. */
  get isRestoring(): boolean {
    return this.#opened?.leases.isRestoring ?? false;
  }

  describe(): HelperDescription {
    const { driver } = this.#open();
    const devices = driver.cards.map((card) => ({
      uuid: card.uuid,
      canLimit: { power: card.powerLimitRange !== null, acoustic: card.acousticThresholdRange !== null },
    }));
    return { answer: 'description', protocol: HELPER_PROTOCOL_VERSION, version: HELPER_VERSION, devices };
  }

  hold(owner: string, uuid: string, limits: GpuLimits): HeldLimits {
    const { leases } = this.#open();
    return leases.hold(owner, uuid, limits);
  }

  renew(owner: string): void {
    this.#opened?.leases.renew(owner);
  }

  /** @throws LimitError `failed` when something is not back yet. */
  release(owner: string): void {
    const trouble = this.#opened?.leases.release(owner) ?? null;
    if (trouble !== null) throw new LimitError('failed', trouble);
  }

  /** To be called about every second. */
  check(): void {
    if (this.#opened === undefined) return;
    this.#opened.leases.check();
    const { cards } = this.#opened.driver;
    if (cards.length > 0 && !cards.some(answers)) {
      this.#options.onDriverGone('No graphics card answers any more: the driver was unloaded or updated.');
    }
  }

  /**
   * Puts back what an earlier process left.
   * @returns The cards where that was done, and what could not be put back, in words.
   * @throws LimitError
   */
  restore(): { restored: readonly string[]; problem: string | null } {
    const { leases } = this.#open();
    return {
      restored: leases.restored,
      problem: leases.isRestoring ? leases.problems.join(' ') : null,
    };
  }

  /** Puts everything back. */
  [Symbol.dispose](): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.leases[Symbol.dispose]();
    opened.driver[Symbol.dispose]();
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const { openCards, journal, clock, log } = this.#options;
    const driver = openCards();
    try {
      const leases = LimitLeases.open({ journal, cards: driver.cards, clock, leaseMs: HELPER_LEASE_MS, log });
      this.#opened = { driver, leases };
      return this.#opened;
    } catch (error) {
      driver[Symbol.dispose]();
      throw error;
    }
  }
}

function answers(card: LimitableCard): boolean {
  try {
    card.getPowerLimitMilliwatts();
    return true;
  } catch (error) {
    return LimitError.from(error).code !== 'driver-unavailable';
  }
}
