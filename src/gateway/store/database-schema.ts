import type { Generated, Insertable, Selectable } from 'kysely';
import type { ErrorCode } from '../../shared/error-codes.ts';
import type { TaskKind } from '../../shared/task.ts';

/** The tables as `migrations.ts` makes them. Times are `timestamptz`, bytes are `bytea`. */
export interface DatabaseSchema {
  api_keys: ApiKeysTable;
  jobs: JobsTable;
  nodes: NodesTable;
  usage: UsageTable;
  receipts: ReceiptsTable;
  ledger_transactions: LedgerTransactionsTable;
  ledger_entries: LedgerEntriesTable;
  payout_addresses: PayoutAddressesTable;
  node_availability: NodeAvailabilityTable;
  epochs: EpochsTable;
  epoch_rewards: EpochRewardsTable;
  outbox: OutboxTable;
  vouchers: VouchersTable;
  relayed_claims: RelayedClaimsTable;
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
  /** That its fee was settled in; null until then. */
  epoch: Generated<number | null>;
}
export type NewUsageRow = Insertable<UsageTable>;

/** What a node signed for a result that counted; the rest of its receipt is in `usage`. */
interface ReceiptsTable {
  job_id: string;
  /** The URL that the signature is bound to. */
  gateway: string;
  /** Milliseconds since 1970, by the node's clock. */
  started_at_ms: number;
  finished_at_ms: number;
  result_sha256: string;
  /** As it came; checked whenever the receipt is countersigned. */
  node_signature: string;
}
export type NewReceiptRow = Insertable<ReceiptsTable>;

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

/** Every address that a node's key named, the newest in force. */
interface PayoutAddressesTable {
  node_id: string;
  /** Milliseconds since 1970, as signed. */
  issued_at_ms: number;
  /** Lower case. */
  address: string;
  signature: string;
}

/** Time that nodes were ready since the last epoch. */
interface NodeAvailabilityTable {
  node_id: string;
  ready_ms: number;
}

/** `frozen`, then on the chain, then paying; `vetoed` waits for the operator. */
type EpochState = 'frozen' | 'submitted' | 'live' | 'vetoed';

interface EpochsTable {
  number: number;
  started_at: Date;
  cut_at: Date;
  state: EpochState;
  /** Null until the tree is built. */
  root: string | null;
  promised_wei: string | null;
  /** Basis points of the credits that went by use; null: frozen before it was written down. */
  usage_weight: number | null;
}
export type EpochRow = Selectable<EpochsTable>;

/** A node's reward of an epoch, and when it was given to an address. */
interface EpochRewardsTable {
  epoch: number;
  node_id: string;
  credit_wei: string;
  usage_wei: string;
  availability_wei: string;
  ready_ms: number;
  /** Basis points of the reference. */
  capacity: number;
  address: string | null;
  settled_epoch: number | null;
}

/** The one transaction of each of the gateway's accounts that is not final, written before it is sent. */
interface OutboxTable {
  role: OutboxRole;
  nonce: number;
  purpose: OutboxPurpose;
  /** What it is for: an epoch's number, a claim. */
  subject: string;
  /** Signed. */
  raw: string;
  /** JSON array: a replacement adds its own. */
  hashes: string;
  signed_at: Date;
}
export type OutboxRole = 'settler' | 'relay';
export type OutboxPurpose = 'fund' | 'submit' | 'make-live' | 'charge' | 'pay-stakers' | 'claim';

/** The newest voucher of an address for a gateway's account. */
interface VouchersTable {
  /** Who signed, lower case. */
  address: string;
  /** Who may have it charged, lower case. */
  gateway: string;
  buyer_id: string;
  /** What may be charged since the beginning. */
  cumulative_wei: string;
  signature: string;
  /** What of it was charged on the chain and booked. */
  charged_wei: string;
  /** Since when some of it waits to be charged; null: none does. */
  waiting_since: Date | null;
}
export type VoucherRow = Selectable<VouchersTable>;

/** A claim that the gateway sends for an account. */
interface RelayedClaimsTable {
  /** Lower case. */
  account: string;
  cumulative_wei: string;
  /** Unix seconds; null: the claim is paid out. */
  stake_deadline: number | null;
  stake_signature: string | null;
  state: 'waiting' | 'done' | 'refused';
  /** Why it waits or was refused, for the account. */
  detail: string | null;
  transaction_hash: string | null;
  /** Transactions that ended without paying. */
  attempts: number;
  /** Fees of its transactions, in wei of the chain's coin. */
  gas_wei: string;
  requested_at: Date;
  ended_at: Date | null;
}
export type RelayedClaimRow = Selectable<RelayedClaimsTable>;
