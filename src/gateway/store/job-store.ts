import { sql } from 'kysely';
import { z } from 'zod';
import { errorCodeSchema } from '../../shared/error-codes.ts';
import { decodeMessage, encodeMessage } from '../../shared/frame-codec.ts';
import type { Payload } from '../../shared/job-protocol.ts';
import { type GenerationProgress, generationProgressSchema } from '../../shared/task.ts';
import type { LedgerEntry } from '../ledger/accounts.ts';
import type { Database } from './database.ts';
import type {
  JobRow,
  NewJobRow,
  NewReceiptRow,
  NewUsageRow,
  StoredError,
  StoredJobState,
} from './database-schema.ts';

const OVER: StoredJobState[] = ['finished', 'failed', 'cancelled'];

export type NewJob = Pick<
  NewJobRow,
  | 'id'
  | 'buyer_id'
  | 'endpoint'
  | 'kind'
  | 'model_id'
  | 'model_digest'
  | 'request_hash'
  | 'idempotency_key'
  | 'created_at'
> & { readonly input: Payload };

/** Where an unfinished job stands. */
export interface JobSnapshot {
  readonly state: 'queued' | 'offered' | 'running';
  readonly attempt: number;
  readonly failures: number;
  readonly losses: number;
  readonly nodeId: string | null;
  readonly leaseExpiresAt: Date | null;
  readonly progress: GenerationProgress;
}

/** The jobs table. What is over stays over: no later write changes a finished, failed or cancelled job. */
export class JobStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns false when the buyer already has a job under this idempotency key. */
  async insert(job: NewJob): Promise<boolean> {
    const { input, ...columns } = job;
    const inserted = await this.#db
      .insertInto('jobs')
      .values({
        ...columns,
        input_inline: 'inline' in input ? input.inline : null,
        input_blob: 'inline' in input ? null : input.blob,
        input_bytes: 'inline' in input ? input.inline.byteLength : input.bytes,
        state: 'queued',
        attempt: 0,
        failures: 0,
        losses: 0,
      })
      .onConflict((conflict) => conflict.constraint('jobs_idempotency').doNothing())
      .executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n;
  }

  async get(id: string): Promise<JobRow | undefined> {
    return await this.#db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async byIdempotencyKey(buyerId: string, key: string): Promise<JobRow | undefined> {
    return await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('buyer_id', '=', buyerId)
      .where('idempotency_key', '=', key)
      .executeTakeFirst();
  }

  /** Oldest first. */
  async unfinished(): Promise<JobRow[]> {
    return await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('finished_at', 'is', null)
      .orderBy('id')
      .execute();
  }

  async saveSnapshot(id: string, snapshot: JobSnapshot): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({
        state: snapshot.state,
        attempt: snapshot.attempt,
        failures: snapshot.failures,
        losses: snapshot.losses,
        node_id: snapshot.nodeId,
        lease_expires_at: snapshot.leaseExpiresAt,
        progress: snapshot.progress.tokens.length === 0 ? null : encodeMessage(snapshot.progress),
      })
      .where('id', '=', id)
      .where('state', 'not in', OVER)
      .execute();
  }

  /**
   * Marks the job finished, counts its usage and charges for it: all of it or nothing.
   * @param charge the ledger's entries, which add up to zero.
   * @param receipt what the node signed for it.
   * @returns false when the job was over already; nothing is counted or charged then.
   */
  async finish(
    output: Payload,
    attempt: number,
    usage: NewUsageRow,
    charge: readonly LedgerEntry[],
    receipt?: NewReceiptRow,
  ): Promise<boolean> {
    const entries = charge.map(({ account, amountWei }) => ({ account, amount_wei: String(amountWei) }));
    const finished = await this.#db
      .with('done', (db) =>
        db
          .updateTable('jobs')
          .set({
            state: 'finished',
            attempt,
            node_id: usage.node_id,
            lease_expires_at: null,
            progress: null,
            output_inline: 'inline' in output ? output.inline : null,
            output_blob: 'inline' in output ? null : output.blob,
            output_bytes: 'inline' in output ? output.inline.byteLength : output.bytes,
            finished_at: usage.finished_at,
          })
          .where('id', '=', usage.job_id)
          .where('state', 'not in', OVER)
          .returning('id'),
      )
      .with('counted', (db) =>
        db
          .insertInto('usage')
          .columns([
            'job_id',
            'buyer_id',
            'node_id',
            'kind',
            'model_digest',
            'prompt_tokens',
            'completion_tokens',
            'run_ms',
            'finished_at',
            'credit_wei',
          ])
          .expression((from) =>
            from
              .selectFrom('done')
              .innerJoin('jobs', 'jobs.id', 'done.id')
              .select(({ val }) => [
                'jobs.id',
                'jobs.buyer_id',
                val(usage.node_id).as('node_id'),
                'jobs.kind',
                'jobs.model_digest',
                val(usage.prompt_tokens).as('prompt_tokens'),
                val(usage.completion_tokens).as('completion_tokens'),
                val(usage.run_ms).as('run_ms'),
                val(usage.finished_at).as('finished_at'),
                val(usage.credit_wei).as('credit_wei'),
              ]),
          )
          .returning('job_id'),
      )
      .with('receipted', (db) =>
        db
          .insertInto('receipts')
          .columns([
            'job_id',
            'gateway',
            'started_at_ms',
            'finished_at_ms',
            'result_sha256',
            'node_signature',
          ])
          .expression((from) =>
            from
              .selectFrom('counted')
              .innerJoin(receiptRows(receipt), (join) => join.onTrue())
              .select(['counted.job_id', 'receipt.gateway', 'receipt.started_at_ms'])
              .select(['receipt.finished_at_ms', 'receipt.result_sha256', 'receipt.node_signature']),
          ),
      )
      .with('charged', (db) =>
        db
          .insertInto('ledger_transactions')
          .columns(['id', 'at'])
          .expression((from) =>
            from
              .selectFrom('counted')
              .select([sql<string>`'job:' || job_id`.as('id'), sql<Date>`${usage.finished_at}`.as('at')]),
          )
          .returning('id'),
      )
      .with('entered', (db) =>
        db
          .insertInto('ledger_entries')
          .columns(['transaction_id', 'account', 'amount_wei'])
          .expression((from) =>
            from
              .selectFrom('charged')
              .innerJoin(ledgerEntries(entries), (join) => join.onTrue())
              .select(['charged.id', 'entry.account', 'entry.amount_wei']),
          ),
      )
      .selectFrom('done')
      .select('id')
      .executeTakeFirst();
    return finished !== undefined;
  }

  /** What a node was credited for the result of this attempt, in wei; undefined when that result is not the job's. */
  async creditOf(id: string, nodeId: string, attempt: number): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('usage')
      .innerJoin('jobs', 'jobs.id', 'usage.job_id')
      .select('usage.credit_wei')
      .where('usage.job_id', '=', id)
      .where('usage.node_id', '=', nodeId)
      .where('jobs.attempt', '=', attempt)
      .executeTakeFirst();
    return row?.credit_wei;
  }

  async end(
    id: string,
    state: 'failed' | 'cancelled',
    attempt: number,
    error: StoredError,
    now: Date,
  ): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({
        state,
        attempt,
        error: JSON.stringify(error),
        lease_expires_at: null,
        progress: null,
        finished_at: now,
      })
      .where('id', '=', id)
      .where('state', 'not in', OVER)
      .execute();
  }

  /** Drops inputs and outputs of jobs that ended before a time; that they ended, and how, stays. */
  async dropPayloads(endedBefore: Date): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({ input_inline: null, input_blob: null, output_inline: null, output_blob: null })
      .where('finished_at', '<', endedBefore)
      .where((row) => row.or([row('input_inline', 'is not', null), row('input_blob', 'is not', null)]))
      .execute();
  }

  /** The blobs that any job's input or output names. */
  async namedBlobs(): Promise<Set<string>> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select(['input_blob', 'output_blob'])
      .where((row) => row.or([row('input_blob', 'is not', null), row('output_blob', 'is not', null)]))
      .execute();
    return new Set(rows.flatMap((row) => [row.input_blob, row.output_blob]).filter((name) => name !== null));
  }
}

interface StoredEntry {
  readonly account: string;
  readonly amount_wei: string;
}

/** Entries as rows of a table. */
function ledgerEntries(entries: readonly StoredEntry[]) {
  const columns = sql.raw('entry(account text, amount_wei numeric)');
  return sql<StoredEntry>`jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)`.as<'entry'>(columns);
}

/** One row, or none, as a table. */
function receiptRows(receipt: NewReceiptRow | undefined) {
  const columns = sql.raw(
    'receipt(gateway text, started_at_ms float8, finished_at_ms float8, result_sha256 text, node_signature text)',
  );
  const rows = JSON.stringify(receipt === undefined ? [] : [receipt]);
  return sql<Omit<NewReceiptRow, 'job_id'>>`jsonb_to_recordset(${rows}::jsonb)`.as<'receipt'>(columns);
}

export function inputPayload(row: JobRow): Payload {
  if (row.input_blob !== null) return { blob: row.input_blob, bytes: row.input_bytes };
  return { inline: row.input_inline ?? new Uint8Array() };
}

export function outputPayload(row: JobRow): Payload | undefined {
  if (row.output_blob !== null) return { blob: row.output_blob, bytes: row.output_bytes ?? 0 };
  return row.output_inline === null ? undefined : { inline: row.output_inline };
}

export function storedProgress(row: JobRow): GenerationProgress {
  if (row.progress === null) return { tokens: [], text: '' };
  return generationProgressSchema.parse(decodeMessage(row.progress));
}

const storedErrorSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  param: z.string().nullable(),
});

/** Why a job that is over has no result. */
export function parseStoredError(row: JobRow): StoredError {
  if (row.error !== null) return storedErrorSchema.parse(JSON.parse(row.error));
  return { code: 'internal-error', message: 'The job ended without a result.', param: null };
}
