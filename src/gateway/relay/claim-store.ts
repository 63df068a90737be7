import { sql, type Transaction } from 'kysely';
import type { ClaimRelayRequest } from '../../shared/claim-relay.ts';
import type { EndedTransaction } from '../chain/outbox.ts';
import type { Database } from '../store/database.ts';
import type { DatabaseSchema, RelayedClaimRow } from '../store/database-schema.ts';

export interface ClaimKey {
  /** Lower case. */
  readonly account: string;
  readonly cumulativeWei: bigint;
}

/** A claim that reverted so often is given up. */
const MOST_ATTEMPTS = 3;

/** What a claim's transaction is for, in the outbox. */
export function subjectOf({ account, cumulativeWei }: ClaimKey): string {
  return `${account}:${cumulativeWei}`;
}

export function keyOf(row: RelayedClaimRow): ClaimKey {
  return { account: row.account, cumulativeWei: BigInt(row.cumulative_wei) };
}

/** Claims that accounts asked the gateway for; one for each amount. */
export class ClaimStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async get({ account, cumulativeWei }: ClaimKey): Promise<RelayedClaimRow | undefined> {
    return await this.#db
      .selectFrom('relayed_claims')
      .selectAll()
      .where('account', '=', account)
      .where('cumulative_wei', '=', String(cumulativeWei))
      .executeTakeFirst();
  }

  /** Takes a claim, or once more one that was refused, or one that waits with another signature. */
  async take(key: ClaimKey, stake: ClaimRelayRequest['stake'], at: Date): Promise<void> {
    const fields = {
      stake_deadline: stake?.deadline ?? null,
      stake_signature: stake?.signature ?? null,
      ...{ state: 'waiting' as const, detail: null, attempts: 0, requested_at: at, ended_at: null },
    };
    await this.#db
      .insertInto('relayed_claims')
      .values({
        ...{ account: key.account, cumulative_wei: String(key.cumulativeWei), ...fields },
        ...{ transaction_hash: null, gas_wei: '0' },
      })
      .onConflict((conflict) =>
        conflict
          .columns(['account', 'cumulative_wei'])
          .doUpdateSet(fields)
          .where('relayed_claims.state', '<>', 'done'),
      )
      .execute();
  }

  /** The oldest first. */
  async waiting(limit: number): Promise<RelayedClaimRow[]> {
    return await this.#db
      .selectFrom('relayed_claims')
      .selectAll()
      .where('state', '=', 'waiting')
      .orderBy('requested_at')
      .limit(limit)
      .execute();
  }

  /** @param since twenty-four hours ago. */
  async usage(account: string, since: Date) {
    const { rows } = await sql<{ of_account: number; waiting: number; spent: string }>`
      select count(*) filter (where account = ${account} and state <> 'refused')::int as of_account,
        count(*) filter (where state = 'waiting')::int as waiting,
        coalesce(sum(gas_wei), 0)::text as spent
      from relayed_claims where requested_at > ${since} or ended_at > ${since}`.execute(this.#db);
    const [row] = rows;
    return {
      claimsOfAccount: row?.of_account ?? 0,
      waiting: row?.waiting ?? 0,
      spentWei: BigInt(row?.spent ?? 0),
    };
  }

  /** Says why a claim waits. */
  async explain(key: ClaimKey, detail: string): Promise<void> {
    await this.#update(key, { detail });
  }

  /** Ends a claim that waits. @param hash of the transaction that paid, where it is known. */
  async end(key: ClaimKey, state: 'done' | 'refused', detail: string | null, at: Date): Promise<void> {
    await this.#update(key, { state, detail, ended_at: at });
  }

  /** Writes down how a claim's transaction ended, as a part of `tx`. */
  async ended(
    tx: Transaction<DatabaseSchema>,
    { entry, receipt, isDone }: EndedTransaction,
    at: Date,
  ): Promise<void> {
    if (receipt === undefined) return;
    const [account = '', cumulativeWei = ''] = entry.subject.split(':');
    const gasWei = String(receipt.gasUsed * receipt.effectiveGasPrice);
    const gas = sql<string>`gas_wei + ${gasWei}::numeric`;
    const changes = isDone
      ? {
          ...{ gas_wei: gas, state: 'done' as const, detail: null, ended_at: at },
          transaction_hash: receipt.transactionHash,
        }
      : {
          gas_wei: gas,
          attempts: sql<number>`attempts + 1`,
          state: sql<
            RelayedClaimRow['state']
          >`case when attempts + 1 >= ${MOST_ATTEMPTS} then 'refused' else state end`,
          detail: 'The chain refused it when it was sent.',
          ended_at: at,
        };
    await tx
      .updateTable('relayed_claims')
      .set(changes)
      .where('account', '=', account)
      .where('cumulative_wei', '=', cumulativeWei)
      .execute();
  }

  async #update(
    { account, cumulativeWei }: ClaimKey,
    changes: Partial<Pick<RelayedClaimRow, 'state' | 'detail' | 'ended_at'>>,
  ): Promise<void> {
    await this.#db
      .updateTable('relayed_claims')
      .set(changes)
      .where('account', '=', account)
      .where('cumulative_wei', '=', String(cumulativeWei))
      .where('state', '=', 'waiting')
      .execute();
  }
}
