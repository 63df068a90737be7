import type { Clock } from '../../shared/clock.ts';
import { type GpuLimits, NO_GPU_LIMITS } from '../../shared/gpu.ts';
import { CardLimit, type LimitOutcome, NOTHING_HELD } from './card-limit.ts';
import { reportDamagedJournal } from './damaged-journal.ts';
import { LimitClaims } from './limit-claims.ts';
import { LIMIT_CONTROLS } from './limit-control.ts';
import { LimitError } from './limit-error.ts';
import type { Journal } from './limit-journal.ts';
import type { LimitableCard } from './limitable-card.ts';

export interface LimitLeasesOptions {
  readonly journal: Journal;
  /** Every card of this machine; what was left on a card that is not there waits for it in the journal. */
  readonly cards: readonly LimitableCard[];
  /** Should be monotonic: a lease must end on time though the user turns the clock back. */
  readonly clock: Clock;
  /** An owner who is silent for longer than this loses everything it holds. */
  readonly leaseMs: number;
  readonly log: (line: string) => void;
}

/** What is in force on a card for its owner. */
export interface HeldLimits {
  readonly uuid: string;
  /** As read back from the card; null where nothing is held. */
  readonly limits: GpuLimits;
  /** Another program changed a limit; it is left alone until the owner lets go of it and asks again. */
  readonly foreign: boolean;
  /** Why not all that was asked for is held, in words. */
  readonly problem: string | null;
}

interface LeasedCard {
  readonly card: LimitableCard;
  readonly limits: readonly CardLimit[];
  owner: string | null;
}

/**
 * Holds cards' limits for owners who keep saying that they are there, and puts back what the user had when an owner
 * lets go, falls silent, or was killed together with this process: then at the next `open`. Nothing is set before
 * it is written down. Not for two processes with one journal at a time.
 */
export class LimitLeases implements Disposable {
  /** Cards on which an earlier process had left limits that `open` put back. */
  readonly restored: readonly string[];
  /** What `open` found wrong, in words for the user. */
  readonly problems: readonly string[];
  readonly #cards: ReadonlyMap<string, LeasedCard>;
  readonly #claims: LimitClaims;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #log: (line: string) => void;
  readonly #expiries = new Map<string, number>();
  #journalTrouble: string | null = null;

  /** @throws LimitError `failed` when the journal cannot be read: then no limit may be set. */
  static open(options: LimitLeasesOptions): LimitLeases {
    return new LimitLeases(options);
  }

  private constructor({ journal, cards, clock, leaseMs, log }: LimitLeasesOptions) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#log = log;
    const { entries, setAside } = journal.read();
    this.#claims = new LimitClaims(journal, entries);
    const limitsOf = (card: LimitableCard) =>
      LIMIT_CONTROLS.map((control) => new CardLimit(card, control, this.#claims, log));
    this.#cards = new Map(cards.map((card) => [card.uuid, { card, limits: limitsOf(card), owner: null }]));

    const leftOn = [...this.#cards.values()].filter(({ limits }) => limits.some((limit) => limit.isPending));
    this.#putBack();
    const isBack = ({ limits }: LeasedCard) => !limits.some((limit) => limit.isPending);
    this.restored = leftOn.filter(isBack).map(({ card }) => card.uuid);
    const damage = setAside === null ? [] : reportDamagedJournal(setAside, cards);
    for (const line of damage) log(line);
    this.problems = [...damage, ...this.#troubles()];
  }

  /** Limits of cards that are here should be back and are not yet; `check` tries again. */
  get isRestoring(): boolean {
    return this.#everyLimit().some((limit) => limit.isPending);
  }

  /**
   * Holds `limits` on a card for `owner`, in place of what it held there, and renews its lease; null puts that
   * limit back. Values are clamped to the card's range, power to [50 % of its default, default] and to no more
   * than the user had.
   * @throws LimitError when nothing of what was asked for can be held.
   */
  hold(owner: string, uuid: string, limits: GpuLimits): HeldLimits {
    this.#endExpired();
    const leased = this.#cards.get(uuid);
    if (leased === undefined) {
      throw new LimitError('unknown-device', `There is no graphics card ${uuid} here.`);
    }
    if (leased.owner !== null && leased.owner !== owner) {
      throw new LimitError('held-by-another', `Another program holds limits on ${uuid} already.`);
    }
    this.renew(owner);
    leased.owner = owner;
    const errors: LimitError[] = [];
    const held = this.#outcome(leased, (limit) => {
      const wanted = limit.control.wanted(limits);
      try {
        if (wanted !== null) return limit.hold(owner, wanted, this.#clock.now().toISOString());
      } catch (thrown) {
        errors.push(LimitError.from(thrown));
      }
      if (wanted === null) limit.letGo();
      return limit.isHeld ? limit.look() : NOTHING_HELD;
    });
    this.#tidy();
    const isIdle = !leased.limits.some((limit) => limit.isHeld || limit.isForeign);
    if (isIdle) leased.owner = null;
    const [first] = errors;
    if (isIdle && first !== undefined) throw first;
    const troubles = leased.limits.map((limit) => limit.trouble).filter((line) => line !== null);
    const problems = [...errors.map((error) => error.message), ...troubles];
    return { ...held, problem: problems.length === 0 ? null : problems.join(' ') };
  }

  /** The owner is there. */
  renew(owner: string): void {
    this.#expiries.set(owner, this.#clock.now().getTime() + this.#leaseMs);
  }

  /** Puts back all that the owner holds. Returns what is not back yet, in words; `check` tries again. */
  release(owner: string): string | null {
    this.#expiries.delete(owner);
    const released = [...this.#cards.values()].filter((leased) => leased.owner === owner);
    for (const leased of released) {
      leased.owner = null;
      for (const limit of leased.limits) limit.letGo();
    }
    this.#tidy();
    return joined(this.#troubles());
  }

  /** Puts back everything. Returns what is not back yet, in words; `check` tries again. */
  releaseAll(): string | null {
    this.#expiries.clear();
    for (const leased of this.#cards.values()) leased.owner = null;
    for (const limit of this.#everyLimit()) limit.letGo();
    this.#tidy();
    return joined(this.#troubles());
  }

  /**
   * To be called about every second: ends leases that ran out, tries again to put back what could not be, and
   * returns the held cards on which another program changed a limit since the last look.
   */
  check(): readonly HeldLimits[] {
    this.#endExpired();
    this.#putBack();
    const changed: HeldLimits[] = [];
    for (const leased of this.#cards.values()) {
      if (leased.owner === null) continue;
      const count = () => leased.limits.filter((limit) => limit.isForeign).length;
      const before = count();
      const held = this.#outcome(leased, (limit) => limit.look());
      if (count() > before) changed.push(held);
    }
    this.#tidy();
    return changed;
  }

  [Symbol.dispose](): void {
    this.releaseAll();
  }

  #outcome(leased: LeasedCard, of: (limit: CardLimit) => LimitOutcome): HeldLimits {
    let limits: GpuLimits = NO_GPU_LIMITS;
    let foreign = false;
    let problem: string | null = null;
    for (const limit of leased.limits) {
      try {
        const outcome = of(limit);
        foreign ||= outcome.foreign;
        if (limit.control.name === 'power') limits = { ...limits, powerLimitMilliwatts: outcome.value };
        else limits = { ...limits, acousticThresholdC: outcome.value };
      } catch (thrown) {
        problem = LimitError.from(thrown).message;
      }
    }
    return { uuid: leased.card.uuid, limits, foreign, problem };
  }

  #endExpired(): void {
    const now = this.#clock.now().getTime();
    for (const [owner, expiry] of [...this.#expiries]) {
      if (expiry > now) continue;
      const isHolding = [...this.#cards.values()].some((leased) => leased.owner === owner);
      if (isHolding) this.#log(`${owner} fell silent; its limits are put back.`);
      this.release(owner);
    }
  }

  #putBack(): void {
    for (const limit of this.#everyLimit()) {
      if (limit.isPending) limit.letGo();
    }
    this.#tidy();
  }

  #tidy(): void {
    try {
      this.#claims.tidy();
      this.#journalTrouble = null;
    } catch (thrown) {
      // What is still written there is judged by the card's value at the next start, so this can wait.
      const trouble = LimitError.from(thrown).message;
      if (trouble !== this.#journalTrouble) this.#log(trouble);
      this.#journalTrouble = trouble;
    }
  }

  #troubles(): string[] {
    return this.#everyLimit().flatMap((limit) => (limit.isPending ? (limit.trouble ?? []) : []));
  }

  #everyLimit(): CardLimit[] {
    return [...this.#cards.values()].flatMap(({ limits }) => limits);
  }
}

function joined(lines: readonly string[]): string | null {
  return lines.length === 0 ? null : lines.join(' ');
}
