import {
  type RewardStatement,
  STATEMENT_EPOCHS_LIMIT,
  STATEMENT_JOBS_LIMIT,
  type StatementQuery,
} from '../../shared/reward-statement.ts';
import type { Database } from '../store/database.ts';

/** What a node did and earned, job by job, so that its sums can be made again from it. */
export class Statements {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * @param epoch undefined: what no epoch has yet.
   * @param after the job that the page before ended with.
   * @param since also names the epochs after this one that have a reward of the node.
   */
  async of(nodeId: string, { epoch, after, since }: StatementQuery): Promise<RewardStatement> {
    let query = this.#db
      .selectFrom('usage')
      .select(['job_id', 'kind', 'finished_at', 'credit_wei'])
      .where('node_id', '=', nodeId)
      .orderBy('job_id')
      .limit(STATEMENT_JOBS_LIMIT + 1);
    query = epoch === undefined ? query.where('epoch', 'is', null) : query.where('epoch', '=', epoch);
    if (after !== undefined) query = query.where('job_id', '>', after);
    const rows = await query.execute();
    return {
      epoch: epoch ?? null,
      reward: epoch === undefined ? null : await this.#reward(nodeId, epoch),
      jobs: rows.slice(0, STATEMENT_JOBS_LIMIT).map((row) => ({
        jobId: row.job_id,
        kind: row.kind,
        finishedAt: row.finished_at.toISOString(),
        creditWei: row.credit_wei,
      })),
      more: rows.length > STATEMENT_JOBS_LIMIT,
      ...(since === undefined ? {} : { epochs: await this.#epochs(nodeId, since) }),
    };
  }

  async #reward(nodeId: string, epoch: number): Promise<RewardStatement['reward']> {
    const row = await this.#db
      .selectFrom('epoch_rewards')
      .innerJoin('epochs', 'epochs.number', 'epoch_rewards.epoch')
      .selectAll('epoch_rewards')
      .select(['epochs.started_at', 'epochs.cut_at', 'epochs.usage_weight'])
      .where('epoch', '=', epoch)
      .where('node_id', '=', nodeId)
      .executeTakeFirst();
    if (row === undefined) return null;
    return {
      creditWei: row.credit_wei,
      usageWei: row.usage_wei,
      usageWeight: row.usage_weight,
      availabilityWei: row.availability_wei,
      readyMs: row.ready_ms,
      capacity: row.capacity,
      payoutAddress: row.address,
      settledEpoch: row.settled_epoch,
      startedAt: row.started_at.toISOString(),
      cutAt: row.cut_at.toISOString(),
    };
  }

  async #epochs(nodeId: string, since: number): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('epoch_rewards')
      .select('epoch')
      .where('node_id', '=', nodeId)
      .where('epoch', '>', since)
      .orderBy('epoch')
      .limit(STATEMENT_EPOCHS_LIMIT)
      .execute();
    return rows.map(({ epoch }) => epoch);
  }
}
