import { v7 as uuidv7 } from 'uuid';
import type { Database } from './database.ts';

export interface StoredApiKey {
  readonly id: string;
  readonly hash: string;
}

export class ApiKeyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<StoredApiKey[]> {
    return await this.#db.selectFrom('api_keys').select(['id', 'key_hash as hash']).execute();
  }

  /** Adds the key unless it is there. */
  async add(name: string, hash: string): Promise<void> {
    await this.#db
      .insertInto('api_keys')
      .values({ id: uuidv7(), name, key_hash: hash })
      .onConflict((conflict) => conflict.column('key_hash').doNothing())
      .execute();
  }
}
