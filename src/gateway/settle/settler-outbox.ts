import { z } from 'zod';
import type { Database } from '../store/database.ts';
import type { OutboxPurpose } from '../store/database-schema.ts';

/** A transaction of the settler, written before it is sent. */
export interface OutboxEntry {
  readonly nonce: number;
  readonly purpose: OutboxPurpose;
  readonly epoch: number;
  /** Signed. */
  readonly raw: string;
  /** Of all that were signed with this nonce; one of them at most is ever in a block. */
  readonly hashes: readonly string[];
  readonly signedAt: Date;
}

const hashesSchema = z.array(z.string());

/** One transaction at a time: the next is signed when the chain has this one for good. */
export class SettlerOutbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async current(): Promise<OutboxEntry | undefined> {
    const row = await this.#db.selectFrom('settler_outbox').selectAll().executeTakeFirst();
    if (row === undefined) return undefined;
    const { signed_at: signedAt, hashes, ...rest } = row;
    return { ...rest, signedAt, hashes: hashesSchema.parse(JSON.parse(hashes)) };
  }

  /** Keeps the entry, in the place of one with the same nonce. */
  async keep(entry: OutboxEntry): Promise<void> {
    const { signedAt, hashes, ...rest } = entry;
    const row = { ...rest, hashes: JSON.stringify(hashes), signed_at: signedAt };
    await this.#db
      .insertInto('settler_outbox')
      .values(row)
      .onConflict((conflict) => conflict.column('nonce').doUpdateSet(row))
      .execute();
  }

  /** The chain has the transaction for good, or never will. @param done whether it did what it was for. */
  async clear({ nonce, purpose, epoch }: OutboxEntry, done: boolean): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      if (done && purpose === 'submit') {
        await tx
          .updateTable('epochs')
          .set({ state: 'submitted' })
          .where('number', '=', epoch)
          .where('state', '=', 'frozen')
          .execute();
      }
      await tx.deleteFrom('settler_outbox').where('nonce', '=', nonce).execute();
    });
  }
}
