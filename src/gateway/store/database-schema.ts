import type { Generated, Insertable, Selectable } from 'kysely';
import type { ErrorCode } from '../../shared/error-codes.ts';
import type { TaskKind } from '../../shared/task.ts';

/** The tables as `migrations.ts` makes them. Times are `timestamptz`, bytes are `bytea`. */
export interface DatabaseSchema {
  api_keys: ApiKeysTable;
  jobs: JobsTable;
  nodes: NodesTable;
  usage: UsageTable;
  ledger_transactions: LedgerTransactionsTable;
  ledger_entries: LedgerEntriesTable;
}

interface ApiKeysTable {
  /** Also the buyer's id: one buyer, one key, in this release. */
  id: string;
  name: string;
  /** SHA-256 of the key in hexadecimal; the key itself is nowhere. */
  key_hash: string;
  created_at: Generated<Date>;
}

/** `recovering` and such are of this process; these are what survives it. */
export type StoredJobState = 'queued' | 'offered' | 'running' | 'finished' | 'failed' | 'cancelled';

/** The buyers' call that made the job; it gives the result its form. */
export type JobEndpoint =
  | 'chat.completions'
  | 'completions'
  | 'embeddings'
  | 'onnx.runs'
  | 'images.classifications';

export interface StoredError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param: string | null;
}

interface JobsTable {
  /** UUID version 7: sorted by id is sorted by creation. */
  id: string;
  buyer_id: string;
  endpoint: JobEndpoint;
  kind: TaskKind;
  model_id: string;
  model_digest: string;
  /** MessagePack of the TaskInput, or null when it is the blob. */
  input_inline: Uint8Array<ArrayBuffer> | null;
  input_blob: string | null;
  input_bytes: number;
  /** SHA-256 of what was asked; the same idempotency key must come with the same. */
  request_hash: string;
  idempotency_key: string | null;
  state: StoredJobState;
  /** Number of the last offer; 0 before the first. */
  attempt: number;
  failures: number;
  losses: number;
  node_id: string | null;
  lease_expires_at: Date | null;
  /** MessagePack of the GenerationProgress. */
  progress: Uint8Array<ArrayBuffer> | null;
  /** MessagePack of the TaskOutput, or null when it is the blob. */
  output_inline: Uint8Array<ArrayBuffer> | null;
  output_blob: string | null;
  output_bytes: number | null;
  /** JSON of a StoredError. */
  error: string | null;
  created_at: Generated<Date>;
  finished_at: Date | null;
}
export type JobRow = Selectable<JobsTable>;
export type NewJobRow = Insertable<JobsTable>;

interface NodesTable {
  id: string;
  enrolled_at: Generated<Date>;
  last_enrolled_at: Date;
}

interface UsageTable {
  /** Primary key: a job is counted once, whatever happens. */
  job_id: string;
  buyer_id: string;
  node_id: string;
  kind: TaskKind;
  model_digest: string;
  prompt_tokens: number;
  completion_tokens: number;
  run_ms: number;
  finished_at: Date;
  /** What the node was credited, in wei: decimal digits, as the database gives a `numeric`. */
  credit_wei: string;
}
export type NewUsageRow = Insertable<UsageTable>;

/** What moved money, once: `job:<id>`, or an epoch's part of a node. */
interface LedgerTransactionsTable {
  id: string;
  at: Date;
}

/** The entries of a transaction add up to zero; the database refuses others when they are committed. */
interface LedgerEntriesTable {
  transaction_id: string;
  /** As `ledger/accounts.ts` names them. */
  account: string;
  /** Decimal digits with a sign. */
  amount_wei: string;
}
