import type { LimitClaim, LimitClaims } from './limit-claims.ts';
import { clampLimit, type LimitControl } from './limit-control.ts';
import { LimitError } from './limit-error.ts';
import type { LimitableCard } from './limitable-card.ts';

/** What one limit of a card reads now, as far as its owner is concerned. */
export interface LimitOutcome {
  /** null: nothing is held. */
  readonly value: number | null;
  readonly foreign: boolean;
}
export const NOTHING_HELD: LimitOutcome = { value: null, foreign: false };
const FOREIGN: LimitOutcome = { value: null, foreign: true };

/** One limit of one card: changed only after it is claimed, and let go when another program changes it. */
export class CardLimit {
  readonly #card: LimitableCard;
  readonly #control: LimitControl;
  readonly #claims: LimitClaims;
  readonly #log: (line: string) => void;
  /** As read back after the last `hold`; null: not held. */
  #inForce: number | null = null;
  #isForeign = false;
  #trouble: string | null = null;

  constructor(card: LimitableCard, control: LimitControl, claims: LimitClaims, log: (line: string) => void) {
    this.#card = card;
    this.#control = control;
    this.#claims = claims;
    this.#log = log;
  }

  get control(): LimitControl {
    return this.#control;
  }

  get isHeld(): boolean {
    return this.#inForce !== null;
  }

  /** Another program took it over while it was held. */
  get isForeign(): boolean {
    return this.#isForeign;
  }

  /** It should be as the user had it, and may not be yet. */
  get isPending(): boolean {
    return this.#inForce === null && this.#claim() !== undefined;
  }

  /** Why it could not be put back at the last try, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** @throws LimitError; the limit is then what it was, or is claimed. */
  hold(owner: string, wanted: number, at: string): LimitOutcome {
    if (this.#isForeign) return FOREIGN;
    const range = this.#control.range(this.#card);
    if (range === null) throw this.#unsupported();
    const present = this.#control.read(this.#card);
    const claim = this.#validClaim(present);
    if (this.#isForeign) return FOREIGN;
    const original = claim?.original ?? present;
    const next = clampLimit(this.#control, range, wanted, original);
    if (next !== present) this.#change({ claim, original, present, next, owner, at });
    if (next === original && claim !== undefined) this.#claims.drop(claim);
    this.#inForce = this.#control.read(this.#card);
    return { value: this.#inForce, foreign: false };
  }

  /** What is in force now, without changing anything. @throws LimitError */
  look(): LimitOutcome {
    if (this.#isForeign) return FOREIGN;
    if (this.#inForce === null) return NOTHING_HELD;
    const present = this.#control.read(this.#card);
    this.#validClaim(present);
    return this.#isForeign ? FOREIGN : { value: present, foreign: false };
  }

  /** Ends the hold and tries to put the user's value back; `isPending` and `trouble` tell how that went. */
  letGo(): void {
    this.#isForeign = false;
    this.#inForce = null;
    try {
      this.#putBack();
      this.#trouble = null;
    } catch (thrown) {
      const trouble = `The ${this.#control.words} of ${this.#card.uuid} is not back yet. ${LimitError.from(thrown).message}`;
      // A retry every second needs no line in the log every second.
      if (trouble !== this.#trouble) this.#log(trouble);
      this.#trouble = trouble;
    }
  }

  #putBack(): void {
    const claim = this.#claim();
    if (claim === undefined) return;
    const present = this.#control.read(this.#card);
    const isOurs = claim.values.some((value) => this.#control.isSame(value, present));
    if (present !== claim.original && isOurs) {
      this.#control.write(this.#card, claim.original);
      const after = this.#control.read(this.#card);
      if (!this.#control.isSame(after, claim.original)) throw this.#notTaken(claim.original, after);
    } else if (present !== claim.original) {
      // Another program set it since: its value is newer than the one that we remember.
      this.#logForeign(present);
    }
    this.#claims.drop(claim);
  }

  /** The claim, if what the card reads is still ours; else the limit is another program's. */
  #validClaim(present: number): LimitClaim | undefined {
    const claim = this.#claim();
    if (this.#inForce === null) {
      // Left over and never put back: what counts is whether the value can be ours.
      const isPlausible = claim?.values.some((value) => this.#control.isSame(value, present)) === true;
      if (claim === undefined || isPlausible || present === claim.original) return claim;
      this.#claims.drop(claim);
      return undefined;
    }
    if (this.#control.isSame(this.#inForce, present)) return claim;
    this.#isForeign = true;
    this.#inForce = null;
    this.#logForeign(present);
    if (claim !== undefined) this.#claims.drop(claim);
    return undefined;
  }

  #change(change: {
    claim: LimitClaim | undefined;
    original: number;
    present: number;
    next: number;
    owner: string;
    at: string;
  }): void {
    const { claim, original, present, next, owner } = change;
    const at = claim?.at ?? change.at;
    const draft = { uuid: this.#card.uuid, control: this.#control.name, original, owner, at };
    // Putting the original back needs no new entry: the journal says what to do if we die in between.
    const isNewValue = next !== original;
    if (isNewValue) this.#claims.write({ ...draft, values: [...new Set([present, next])] });
    try {
      this.#control.write(this.#card, next);
    } catch (thrown) {
      this.#dropIfUnchanged();
      throw thrown;
    }
    const after = this.#control.read(this.#card);
    if (this.#control.isSame(after, next)) return;
    // A driver that takes another value than it was told: that value is ours as well.
    if (after !== original) this.#claims.write({ ...draft, values: [present, next, after] });
    else this.#dropIfUnchanged();
    if (after === present) throw this.#notTaken(next, after);
  }

  /** After a failed change: nothing is left to put back when the card still reads the user's value. */
  #dropIfUnchanged(): void {
    const claim = this.#claim();
    if (claim === undefined) return;
    try {
      if (this.#control.read(this.#card) === claim.original) this.#claims.drop(claim);
    } catch (thrown) {
      // The claim stays, so that the limit is put back when the card answers again.
      this.#log(`The ${this.#control.words} cannot be read back. ${LimitError.from(thrown).message}`);
    }
  }

  #claim(): LimitClaim | undefined {
    return this.#claims.find(this.#card.uuid, this.#control.name);
  }

  #logForeign(present: number): void {
    this.#log(
      `Another program set the ${this.#control.words} of ${this.#card.uuid} to ${this.#control.format(present)}; Gata leaves it at that.`,
    );
  }

  #unsupported(): LimitError {
    return new LimitError('not-supported', `This graphics card lets nobody set its ${this.#control.words}.`);
  }

  #notTaken(wanted: number, after: number): LimitError {
    const { words, format } = this.#control;
    return new LimitError(
      'failed',
      `The driver said that it set the ${words} to ${format(wanted)}, but it reads ${format(after)}.`,
    );
  }
}
