import { type RewardStatement, STATEMENT_JOBS_LIMIT } from '../../shared/reward-statement.ts';
import type { Database } from '../store/database.ts';

/** What a node did and earned, job by job, so that its sums can be made again from it. */
export class Statements {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param epoch undefined: what no epoch has yet. @param after the job that the page before ended with. */
  async of(nodeId: string, epoch: number | undefined, after: string | undefined): Promise<RewardStatement> {
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
    };
  }

  async #reward(nodeId: string, epoch: number): Promise<RewardStatement['reward']> {
    const row = await this.#db
      .selectFrom('epoch_rewards')
      .selectAll()
      .where('epoch', '=', epoch)
      .where('node_id', '=', nodeId)
      .executeTakeFirst();
    if (row === undefined) return null;
    return {
      creditWei: row.credit_wei,
      usageWei: row.usage_wei,
      availabilityWei: row.availability_wei,
      readyMs: row.ready_ms,
      capacity: row.capacity,
      payoutAddress: row.address,
      settledEpoch: row.settled_epoch,
    };
  }
}
