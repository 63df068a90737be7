import type { Database } from './database.ts';

/** Which nodes ever enrolled. */
export class NodeStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async enrolled(id: string, now: Date): Promise<void> {
    await this.#db
      .insertInto('nodes')
      .values({ id, last_enrolled_at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ last_enrolled_at: now }))
      .execute();
  }
}
