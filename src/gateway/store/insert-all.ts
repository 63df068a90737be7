import type { Insertable, Transaction } from 'kysely';
import type { DatabaseSchema } from './database-schema.ts';

/** Rows an insert: PostgreSQL takes 65,535 values. */
const ROWS_AT_ONCE = 1_000;

/** Inserts any number of rows. */
export async function insertAll<Table extends 'epoch_rewards' | 'ledger_transactions' | 'ledger_entries'>(
  tx: Transaction<DatabaseSchema>,
  table: Table,
  rows: readonly Insertable<DatabaseSchema[Table]>[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    await tx
      .insertInto(table)
      .values(rows.slice(start, start + ROWS_AT_ONCE))
      .execute();
  }
}
