import { sql, type Transaction } from 'kysely';
import { enterTransactions } from '../ledger/enter-transactions.ts';
import { chargeEntries, voucherCredit } from '../ledger/voucher-entries.ts';
import type { Database } from '../store/database.ts';
import type { DatabaseSchema, VoucherRow } from '../store/database-schema.ts';
import type { WaitingVoucher } from './choose-vouchers.ts';
import type { Charged, SignedVoucher } from './escrow-contract.ts';

type Tx = Transaction<DatabaseSchema>;

/** The newest voucher of each address, and what they are worth in the ledger. Addresses in lower case. */
export class VoucherStore {
  readonly #db: Database;
  readonly #gateway: string;

  /** @param gateway whose vouchers they are, lower case. */
  constructor(db: Database, gateway: string) {
    this.#db = db;
    this.#gateway = gateway;
  }

  async of(address: string): Promise<VoucherRow | undefined> {
    return await this.#db
      .selectFrom('vouchers')
      .selectAll()
      .where('gateway', '=', this.#gateway)
      .where('address', '=', address)
      .executeTakeFirst();
  }

  async ofBuyer(buyerId: string): Promise<VoucherRow[]> {
    return await this.#db
      .selectFrom('vouchers')
      .selectAll()
      .where('gateway', '=', this.#gateway)
      .where('buyer_id', '=', buyerId)
      .orderBy('address')
      .execute();
  }

  /** Those of which something is not charged yet. */
  async waiting(): Promise<WaitingVoucher[]> {
    const rows = await this.#db
      .selectFrom('vouchers')
      .selectAll()
      .where('gateway', '=', this.#gateway)
      .where('waiting_since', 'is not', null)
      .orderBy('waiting_since')
      .execute();
    return rows.map((row) => ({
      address: row.address,
      cumulativeWei: BigInt(row.cumulative_wei),
      signature: row.signature,
      chargedWei: BigInt(row.charged_wei),
      waitingSince: row.waiting_since ?? new Date(0),
    }));
  }

  /**
   * Takes a voucher in the place of the one before, and credits the buyer with the difference.
   * @param before what the buyer was credited for already: the voucher that was there, or what the chain charged.
   * @returns false when another voucher came in between: look again.
   */
  async accept(
    buyerId: string,
    { address, cumulativeWei, signature }: SignedVoucher,
    before: { readonly row: VoucherRow | undefined; readonly chargedWei: bigint },
    at: Date,
  ): Promise<boolean> {
    const gateway = this.#gateway;
    const fields = { cumulative_wei: String(cumulativeWei), signature };
    return await this.#db.transaction().execute(async (tx) => {
      const { row } = before;
      const taken =
        row === undefined
          ? await tx
              .insertInto('vouchers')
              .values({
                ...{ address, gateway, buyer_id: buyerId, ...fields },
                ...{ charged_wei: String(before.chargedWei), waiting_since: at },
              })
              .onConflict((conflict) => conflict.columns(['address', 'gateway']).doNothing())
              .returning('address')
              .executeTakeFirst()
          : await tx
              .updateTable('vouchers')
              .set({ ...fields, waiting_since: sql`coalesce(waiting_since, ${at})` })
              .where('address', '=', address)
              .where('gateway', '=', gateway)
              .where('buyer_id', '=', buyerId)
              .where('cumulative_wei', '=', row.cumulative_wei)
              .returning('address')
              .executeTakeFirst();
      if (taken === undefined) return false;
      const creditedWei = row === undefined ? before.chargedWei : BigInt(row.cumulative_wei);
      const id = `voucher:${gateway}:${address}:${cumulativeWei}`;
      await enterTransactions(tx, at, [{ id, entries: voucherCredit(buyerId, cumulativeWei - creditedWei) }]);
      return true;
    });
  }

  /**
   * Books what the chain charged and was not booked yet.
   * @param id of the ledger's transaction: the chain's transaction, or what else tells it from all others.
   */
  async book(tx: Tx, id: string, { cumulativeOf, split }: Charged, at: Date): Promise<void> {
    let sumWei = 0n;
    for (const [address, chargedWei] of cumulativeOf) {
      const row = await tx
        .selectFrom('vouchers')
        .select(['charged_wei', 'cumulative_wei'])
        .where('address', '=', address)
        .where('gateway', '=', this.#gateway)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined || BigInt(row.charged_wei) >= chargedWei) continue;
      sumWei += chargedWei - BigInt(row.charged_wei);
      const isAll = chargedWei >= BigInt(row.cumulative_wei);
      await tx
        .updateTable('vouchers')
        .set({ charged_wei: String(chargedWei), waiting_since: isAll ? null : at })
        .where('address', '=', address)
        .where('gateway', '=', this.#gateway)
        .execute();
    }
    if (sumWei > 0n) await enterTransactions(tx, at, [{ id, entries: chargeEntries(sumWei, split) }]);
  }

  /** The chain's charge of one address that no transaction of this gateway's is known to have made. */
  async bookOne(address: string, chargedWei: bigint, split: Charged['split'], at: Date): Promise<void> {
    const charged = { cumulativeOf: new Map([[address, chargedWei]]), split };
    const id = `charge:${this.#gateway}:${address}:${chargedWei}`;
    await this.#db.transaction().execute((tx) => this.book(tx, id, charged, at));
  }
}
