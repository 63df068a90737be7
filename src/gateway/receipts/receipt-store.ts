import type { Receipt } from '../../shared/receipt.ts';
import type { Database } from '../store/database.ts';

/** A receipt as the database has it: everything but the gateway's signature, which is made anew whenever it is asked for. */
export type StoredReceipt = Omit<Receipt, 'gatewaySignature'>;

/** What nodes signed for results that counted. It is written by `JobStore.finish`, with the result. */
export class ReceiptStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those of a node for these jobs, in no order. */
  async of(nodeId: string, jobIds: readonly string[]): Promise<StoredReceipt[]> {
    const rows = await this.#db
      .selectFrom('receipts')
      .innerJoin('usage', 'usage.job_id', 'receipts.job_id')
      .innerJoin('jobs', 'jobs.id', 'receipts.job_id')
      .selectAll('receipts')
      .select(['usage.node_id', 'usage.kind', 'usage.model_digest', 'usage.credit_wei', 'jobs.attempt'])
      .select(['usage.prompt_tokens', 'usage.completion_tokens', 'usage.finished_at'])
      .where('receipts.job_id', 'in', jobIds)
      .where('usage.node_id', '=', nodeId)
      .execute();
    return rows.map((row) => ({
      jobId: row.job_id,
      attempt: row.attempt,
      nodeId: row.node_id,
      gateway: row.gateway,
      kind: row.kind,
      modelDigest: row.model_digest,
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      resultSha256: row.result_sha256,
      startedAtMs: row.started_at_ms,
      finishedAtMs: row.finished_at_ms,
      nodeSignature: row.node_signature,
      creditWei: row.credit_wei,
      creditedAtMs: row.finished_at.getTime(),
    }));
  }
}
