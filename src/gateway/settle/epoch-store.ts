import { sql, type Transaction } from 'kysely';
import { accounts } from '../ledger/accounts.ts';
import { enterTransactions } from '../ledger/enter-transactions.ts';
import type { Database } from '../store/database.ts';
import type { DatabaseSchema, EpochRow } from '../store/database-schema.ts';
import { insertAll } from '../store/insert-all.ts';
import { epochRewards, type NodeReward, type NodeWork, type RewardWeights } from './epoch-rewards.ts';
import type { RewardAccount } from './reward-tree.ts';

type Tx = Transaction<DatabaseSchema>;

/** Epochs and their rewards in the database. */
export class EpochStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async newest(): Promise<EpochRow | undefined> {
    return await this.#db
      .selectFrom('epochs')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  async get(number: number): Promise<EpochRow | undefined> {
    return await this.#db.selectFrom('epochs').selectAll().where('number', '=', number).executeTakeFirst();
  }

  /** The newest epoch that the chain pays by. */
  async newestLive(): Promise<EpochRow | undefined> {
    return await this.#db
      .selectFrom('epochs')
      .selectAll()
      .where('state', '=', 'live')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Every account of an epoch's tree, with all that it earned up to then. */
  async accounts(number: number): Promise<RewardAccount[]> {
    const rows = await this.#db
      .selectFrom('epoch_rewards')
      .select(['address', sql<string>`sum(usage_wei + availability_wei)`.as('wei')])
      .where('settled_epoch', '<=', number)
      .groupBy('address')
      .orderBy('address')
      .execute();
    return rows.map(({ address, wei }) => ({ address: address ?? '', cumulativeWei: BigInt(wei) }));
  }

  /**
   * Freezes the next epoch: the jobs charged up to the cut that no epoch has, their rewards, and the ledger's entries.
   * @returns its number, or undefined when there is nothing to pay to anybody's address.
   */
  async freeze(cutAt: Date, epochMs: number, weights: RewardWeights): Promise<number | undefined> {
    return await this.#db.transaction().execute(async (tx) => {
      const before = await tx
        .selectFrom('epochs')
        .select(['number', 'cut_at'])
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      const number = (before?.number ?? 0) + 1;
      if (!(await isAnythingPayable(tx, cutAt))) return undefined;
      const startedAt = before?.cut_at ?? new Date(cutAt.getTime() - epochMs);
      await tx
        .insertInto('epochs')
        .values({
          ...{ number, started_at: startedAt, cut_at: cutAt, state: 'frozen' as const },
          usage_weight: weights.usage,
        })
        .execute();
      const work = await takeWork(tx, number, cutAt);
      const rewards = epochRewards(work, weights, cutAt.getTime() - startedAt.getTime());
      await insertAll(
        tx,
        'epoch_rewards',
        rewards.map((reward) => rewardRow(number, reward)),
      );
      await enterRewards(tx, number, cutAt, rewards);
      await payOut(tx, number, cutAt);
      return number;
    });
  }

  async setRoot(number: number, root: string, promisedWei: bigint): Promise<void> {
    await this.#db
      .updateTable('epochs')
      .set({ root, promised_wei: String(promisedWei) })
      .where('number', '=', number)
      .execute();
  }

  /** The chain pays by this epoch's root, and so was paid by those before. */
  async markLive(number: number): Promise<void> {
    await this.#db
      .updateTable('epochs')
      .set({ state: 'live' })
      .where('number', '<=', number)
      .where('state', '<>', 'live')
      .execute();
  }

  /** As a part of `tx`: the chain has the epoch's root. */
  async markSubmitted(tx: Tx, number: number): Promise<void> {
    await tx
      .updateTable('epochs')
      .set({ state: 'submitted' })
      .where('number', '=', number)
      .where('state', '=', 'frozen')
      .execute();
  }

  async markVetoed(number: number): Promise<void> {
    await this.#db.updateTable('epochs').set({ state: 'vetoed' }).where('number', '=', number).execute();
  }

  /** By the operator's word. @returns how many will be submitted again. */
  async reopenVetoed(): Promise<number> {
    const reopened = await this.#db
      .updateTable('epochs')
      .set({ state: 'frozen' })
      .where('state', '=', 'vetoed')
      .executeTakeFirst();
    return Number(reopened.numUpdatedRows);
  }
}

/** Some node with an address has a charged job, or a reward that waited for its address. */
async function isAnythingPayable(tx: Tx, cutAt: Date): Promise<boolean> {
  const { rows } = await sql<{ payable: boolean }>`
    select exists (
      select 1 from usage join payout_addresses using (node_id)
      where usage.epoch is null and usage.credit_wei > 0 and usage.finished_at <= ${cutAt}
    ) or exists (
      select 1 from epoch_rewards join payout_addresses using (node_id)
      where settled_epoch is null and usage_wei + availability_wei > 0
    ) as payable`.execute(tx);
  return rows[0]?.payable === true;
}

/** Gives the epoch its jobs and the time that nodes were ready since the last one. */
async function takeWork(tx: Tx, number: number, cutAt: Date): Promise<NodeWork[]> {
  await tx
    .updateTable('usage')
    .set({ epoch: number })
    .where('epoch', 'is', null)
    .where('finished_at', '<=', cutAt)
    .execute();
  const { rows } = await sql<{ node_id: string; credit: string; run_ms: number; ready_ms: number }>`
    with taken as (delete from node_availability returning node_id, ready_ms),
      earned as (
        select node_id, sum(credit_wei) as credit, sum(run_ms) as run_ms
        from usage where epoch = ${number} group by node_id
      )
    select node_id, coalesce(credit, 0)::text as credit, coalesce(run_ms, 0) as run_ms,
      coalesce(ready_ms, 0) as ready_ms
    from earned full join taken using (node_id) order by node_id`.execute(tx);
  return rows.map((row) => ({
    nodeId: row.node_id,
    creditWei: BigInt(row.credit),
    runMs: row.run_ms,
    readyMs: row.ready_ms,
  }));
}

/** From what each job's fee made pending to what the formula gives, by way of the availability account. */
async function enterRewards(tx: Tx, epoch: number, at: Date, rewards: readonly NodeReward[]): Promise<void> {
  const emission = rewards.reduce(
    (sum, { usageWei, availabilityWei, creditWei }) => sum + usageWei + availabilityWei - creditWei,
    0n,
  );
  const transactions = [
    {
      id: `epoch:${epoch}:emission`,
      entries: [
        { account: accounts.emission, amountWei: -emission },
        { account: accounts.availability, amountWei: emission },
      ],
    },
    ...rewards.map(({ nodeId, usageWei, availabilityWei, creditWei }) => {
      const amountWei = usageWei + availabilityWei - creditWei;
      return {
        id: `epoch:${epoch}:reward:${nodeId}`,
        entries: [
          { account: accounts.availability, amountWei: -amountWei },
          { account: accounts.pending(nodeId), amountWei },
        ],
      };
    }),
  ];
  await enterTransactions(tx, at, transactions);
}

/** Gives every reward that no address got so far to its node's address, if it has one. */
async function payOut(tx: Tx, epoch: number, at: Date): Promise<void> {
  const { rows } = await sql<{ node_id: string; epoch: number; address: string; wei: string }>`
    update epoch_rewards set settled_epoch = ${epoch}, address = named.address
    from (
      select distinct on (node_id) node_id, address from payout_addresses order by node_id, issued_at_ms desc
    ) as named
    where named.node_id = epoch_rewards.node_id and settled_epoch is null
      and usage_wei + availability_wei > 0
    returning epoch_rewards.node_id, epoch_rewards.epoch, epoch_rewards.address,
      (usage_wei + availability_wei)::text as wei`.execute(tx);
  const transactions = rows.map((row) => ({
    id: `epoch:${row.epoch}:payout:${row.node_id}`,
    entries: [
      { account: accounts.pending(row.node_id), amountWei: -BigInt(row.wei) },
      { account: accounts.claimable(row.address), amountWei: BigInt(row.wei) },
    ],
  }));
  await enterTransactions(tx, at, transactions);
}

function rewardRow(epoch: number, reward: NodeReward) {
  return {
    epoch,
    node_id: reward.nodeId,
    credit_wei: String(reward.creditWei),
    usage_wei: String(reward.usageWei),
    availability_wei: String(reward.availabilityWei),
    ready_ms: reward.readyMs,
    capacity: reward.capacity,
  };
}
