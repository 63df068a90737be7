import type { LimitControlName } from './limit-control.ts';
import type { Journal, LimitJournalEntry } from './limit-journal.ts';

/** A limit that we changed, or may have changed. */
export interface LimitClaim {
  readonly uuid: string;
  readonly control: LimitControlName;
  readonly original: number;
  /** Every value of ours that may be in force. */
  readonly values: readonly number[];
  readonly owner: string;
  readonly at: string;
}

/** The claims of all cards, never more in force than the journal tells. */
export class LimitClaims {
  readonly #journal: Journal;
  #claims: readonly LimitClaim[];
  /** The journal still tells of claims that are gone; harmless, and mended at the next occasion. */
  #isJournalStale = false;

  /** @param leftovers what the journal told */
  constructor(journal: Journal, leftovers: readonly LimitClaim[]) {
    this.#journal = journal;
    this.#claims = leftovers;
  }

  get all(): readonly LimitClaim[] {
    return this.#claims;
  }

  find(uuid: string, control: LimitControlName): LimitClaim | undefined {
    return this.#claims.find((claim) => claim.uuid === uuid && claim.control === control);
  }

  /** Adds or replaces a claim; when it returns the limit may be set. @throws LimitError `failed`. */
  write(claim: LimitClaim): void {
    const next = [...this.#claims.filter((other) => !isSameLimit(other, claim)), claim];
    this.#journal.write(next.map((each) => this.#entry(each)));
    this.#claims = next;
    this.#isJournalStale = false;
  }

  /** For a limit that is back, or is another program's. `tidy` takes it out of the journal. */
  drop(claim: LimitClaim): void {
    const next = this.#claims.filter((other) => !isSameLimit(other, claim));
    if (next.length === this.#claims.length) return;
    this.#claims = next;
    this.#isJournalStale = true;
  }

  /** Makes the journal say what is so. @throws LimitError `failed`: the journal tells of more than there is. */
  tidy(): void {
    if (!this.#isJournalStale) return;
    this.#journal.write(this.#claims.map((each) => this.#entry(each)));
    this.#isJournalStale = false;
  }

  #entry(claim: LimitClaim): LimitJournalEntry {
    return { ...claim, values: [...claim.values], bootId: this.#journal.bootId };
  }
}

function isSameLimit(one: LimitClaim, other: LimitClaim): boolean {
  return one.uuid === other.uuid && one.control === other.control;
}
