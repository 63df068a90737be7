import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import { accounts } from '../ledger/accounts.ts';
import type { Database } from '../store/database.ts';

/** A balance is made from all of a buyer's entries, so it is not made for every request. */
const KEPT_MS = 1000;

/** What buyers have left. */
export class BuyerCredit {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #isRequired: boolean;
  readonly #balances = new Map<string, { readonly wei: bigint; readonly atMs: number }>();

  /** @param isRequired whether jobs of buyers without credit are refused. */
  constructor(db: Database, clock: Clock, isRequired: boolean) {
    this.#db = db;
    this.#clock = clock;
    this.#isRequired = isRequired;
  }

  /** In wei; negative: what the buyer owes. */
  async balanceOf(buyerId: string): Promise<bigint> {
    const { rows } = await sql<{ wei: string }>`
      select coalesce(sum(amount_wei), 0)::text as wei from ledger_entries
      where account = ${accounts.buyer(buyerId)}`.execute(this.#db);
    const wei = BigInt(rows[0]?.wei ?? 0);
    this.#balances.set(buyerId, { wei, atMs: this.#clock.now().getTime() });
    return wei;
  }

  /** @throws GataError `credit-exhausted` when the operator wants to be paid first, and nothing is left. */
  async require(buyerId: string): Promise<void> {
    if (!this.#isRequired) return;
    const known = this.#balances.get(buyerId);
    const isFresh = known !== undefined && this.#clock.now().getTime() - known.atMs < KEPT_MS;
    const wei = isFresh && known.wei > 0n ? known.wei : await this.balanceOf(buyerId);
    if (wei > 0n) return;
    throw new GataError(
      'credit-exhausted',
      'Your credit is used up. Hand in a voucher with a higher amount (PUT /v1/buyers/me/voucher), then send the job again.',
    );
  }
}
