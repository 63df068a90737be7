import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Receipt } from '../../shared/chain/rpc/chain-answers.ts';
import type { Database } from '../store/database.ts';
import type { DatabaseSchema, OutboxPurpose, OutboxRole } from '../store/database-schema.ts';

/** A transaction of one of the gateway's accounts, written before it is sent. */
export interface OutboxEntry {
  readonly nonce: number;
  readonly purpose: OutboxPurpose;
  /** What it is for: an epoch's number, a claim. */
  readonly subject: string;
  /** Signed. */
  readonly raw: string;
  /** Of all that were signed with this nonce; one of them at most is ever in a block. */
  readonly hashes: readonly string[];
  readonly signedAt: Date;
}

/** How a transaction ended; `receipt` is undefined when no block has it, and none ever will. */
export interface EndedTransaction {
  readonly entry: OutboxEntry;
  readonly receipt: Receipt | undefined;
  readonly isDone: boolean;
}

/** Writes down what a transaction's end means, together with the end itself. */
export type OnEnd = (tx: Transaction<DatabaseSchema>, ended: EndedTransaction) => Promise<void>;

const hashesSchema = z.array(z.string());

/** One transaction of an account at a time: the next is signed when the chain has this one for good. */
export class Outbox {
  readonly #db: Database;
  readonly #role: OutboxRole;

  constructor(db: Database, role: OutboxRole) {
    this.#db = db;
    this.#role = role;
  }

  async current(): Promise<OutboxEntry | undefined> {
    const row = await this.#db
      .selectFrom('outbox')
      .selectAll()
      .where('role', '=', this.#role)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { nonce, purpose, subject, raw } = row;
    const hashes = hashesSchema.parse(JSON.parse(row.hashes));
    return { nonce, purpose, subject, raw, hashes, signedAt: row.signed_at };
  }

  /** Keeps the entry, in the place of one with the same nonce. @throws Error when another nonce is under way. */
  async keep(entry: OutboxEntry): Promise<void> {
    const { signedAt, hashes, ...rest } = entry;
    const row = { role: this.#role, ...rest, hashes: JSON.stringify(hashes), signed_at: signedAt };
    const kept = await this.#db
      .insertInto('outbox')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('role').doUpdateSet(row).where('outbox.nonce', '=', entry.nonce),
      )
      .returning('nonce')
      .executeTakeFirst();
    if (kept === undefined) throw new Error('Another transaction of this account is under way.');
  }

  /** The chain has the transaction for good, or never will. */
  async clear(ended: EndedTransaction, onEnd: OnEnd): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await onEnd(tx, ended);
      await tx
        .deleteFrom('outbox')
        .where('role', '=', this.#role)
        .where('nonce', '=', ended.entry.nonce)
        .execute();
    });
  }
}
