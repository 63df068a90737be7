import type { Transaction } from 'kysely';
import type { DatabaseSchema } from '../store/database-schema.ts';
import { insertAll } from '../store/insert-all.ts';
import { balanced, type LedgerEntry } from './accounts.ts';

export interface NewLedgerTransaction {
  /** What happened: twice the same is refused. */
  readonly id: string;
  readonly entries: readonly LedgerEntry[];
}

/** Enters transactions in the ledger; what moves nothing is left out. */
export async function enterTransactions(
  tx: Transaction<DatabaseSchema>,
  at: Date,
  transactions: readonly NewLedgerTransaction[],
): Promise<void> {
  const moving = transactions
    .map(({ id, entries }) => ({ id, entries: balanced(entries) }))
    .filter(({ entries }) => entries.length > 0);
  await insertAll(
    tx,
    'ledger_transactions',
    moving.map(({ id }) => ({ id, at })),
  );
  const rows = moving.flatMap(({ id, entries }) =>
    entries.map(({ account, amountWei }) => ({
      transaction_id: id,
      account,
      amount_wei: String(amountWei),
    })),
  );
  await insertAll(tx, 'ledger_entries', rows);
}
