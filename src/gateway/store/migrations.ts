import { type Kysely, type Migration, type MigrationProvider, sql } from 'kysely';

/**
 * The database's history, applied in the order of the numbers. A released migration is never edited: a change
 * is a new one.
 */
const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': {
    async up(db: Kysely<unknown>) {
      const now = sql`now()`;
      await db.schema
        .createTable('api_keys')
        .addColumn('id', 'uuid', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('key_hash', 'text', (column) => column.notNull().unique())
        .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
        .execute();
      await db.schema
        .createTable('jobs')
        .addColumn('id', 'uuid', (column) => column.primaryKey())
        .addColumn('buyer_id', 'uuid', (column) => column.notNull().references('api_keys.id'))
        .addColumn('endpoint', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('model_id', 'text', (column) => column.notNull())
        .addColumn('model_digest', 'text', (column) => column.notNull())
        .addColumn('input_inline', 'bytea')
        .addColumn('input_blob', 'text')
        .addColumn('input_bytes', 'integer', (column) => column.notNull())
        .addColumn('request_hash', 'text', (column) => column.notNull())
        .addColumn('idempotency_key', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('failures', 'integer', (column) => column.notNull())
        .addColumn('losses', 'integer', (column) => column.notNull())
        .addColumn('node_id', 'text')
        .addColumn('lease_expires_at', 'timestamptz')
        .addColumn('progress', 'bytea')
        .addColumn('output_inline', 'bytea')
        .addColumn('output_blob', 'text')
        .addColumn('output_bytes', 'integer')
        .addColumn('error', 'text')
        .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
        .addColumn('finished_at', 'timestamptz')
        .addUniqueConstraint('jobs_idempotency', ['buyer_id', 'idempotency_key'])
        .execute();
      await db.schema
        .createIndex('jobs_unfinished')
        .on('jobs')
        .column('id')
        .where(sql.ref('finished_at'), 'is', null)
        .execute();
      await db.schema
        .createTable('nodes')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('enrolled_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
        .addColumn('last_enrolled_at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('usage')
        .addColumn('job_id', 'uuid', (column) => column.primaryKey().references('jobs.id'))
        .addColumn('buyer_id', 'uuid', (column) => column.notNull())
        .addColumn('node_id', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('model_digest', 'text', (column) => column.notNull())
        .addColumn('prompt_tokens', 'integer', (column) => column.notNull())
        .addColumn('completion_tokens', 'integer', (column) => column.notNull())
        .addColumn('run_ms', 'double precision', (column) => column.notNull())
        .addColumn('finished_at', 'timestamptz', (column) => column.notNull())
        .execute();
    },
  },
  '0002-usage-credit': {
    async up(db: Kysely<unknown>) {
      // Exact, and as wide as a 256-bit amount; what was done before there were credits earned nothing.
      await db.schema
        .alterTable('usage')
        .addColumn('credit_wei', sql`numeric(78, 0)`, (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
  '0003-ledger': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('ledger_transactions')
        // `job:<id>` and such: what happened has one transaction, whoever writes it twice.
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('ledger_entries')
        .addColumn('transaction_id', 'text', (column) =>
          column.notNull().references('ledger_transactions.id'),
        )
        .addColumn('account', 'text', (column) => column.notNull())
        .addColumn('amount_wei', sql`numeric(78, 0)`, (column) => column.notNull())
        .addPrimaryKeyConstraint('ledger_entries_key', ['transaction_id', 'account'])
        .addCheckConstraint('ledger_entries_move', sql`amount_wei <> 0`)
        .execute();
      await db.schema.createIndex('ledger_accounts').on('ledger_entries').column('account').execute();
      // Transactions are small, so each entry may look at its whole transaction.
      await sql`
        create function check_ledger_transaction() returns trigger language plpgsql as $$
        declare total numeric;
        begin
          select sum(amount_wei) into total from ledger_entries where transaction_id = new.transaction_id;
          if total <> 0 then
            raise exception 'ledger transaction % adds up to % wei instead of zero', new.transaction_id, total
              using errcode = 'check_violation';
          end if;
          return null;
        end $$`.execute(db);
      await sql`
        create constraint trigger ledger_adds_up after insert on ledger_entries
        deferrable initially deferred for each row execute function check_ledger_transaction()`.execute(db);
      await sql`
        create function refuse_ledger_change() returns trigger language plpgsql as $$
        begin
          raise exception 'the ledger is only added to' using errcode = 'check_violation';
        end $$`.execute(db);
      for (const table of ['ledger_transactions', 'ledger_entries']) {
        await sql`
          create trigger ledger_stays before update or delete on ${sql.table(table)}
          for each row execute function refuse_ledger_change()`.execute(db);
      }
      // Before there was a ledger there were no fees: buyers owe what nodes were credited.
      await sql`
        insert into ledger_transactions (id, at)
        select 'job:' || job_id, finished_at from usage where credit_wei > 0`.execute(db);
      await sql`
        insert into ledger_entries (transaction_id, account, amount_wei)
        select 'job:' || job_id, 'buyer:' || buyer_id, -credit_wei from usage where credit_wei > 0
        union all
        select 'job:' || job_id, 'pending:' || node_id, credit_wei from usage where credit_wei > 0`.execute(
        db,
      );
    },
  },
  '0004-epochs': {
    async up(db: Kysely<unknown>) {
      // The epoch that a job's fee belongs to; null until one is frozen.
      await db.schema.alterTable('usage').addColumn('epoch', 'integer').execute();
      await db.schema
        .createIndex('usage_unsettled')
        .on('usage')
        .column('node_id')
        .where(sql.ref('epoch'), 'is', null)
        .execute();
      await db.schema
        .createTable('payout_addresses')
        .addColumn('node_id', 'text', (column) => column.notNull())
        .addColumn('issued_at_ms', 'double precision', (column) => column.notNull())
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('signature', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('payout_addresses_key', ['node_id', 'issued_at_ms'])
        .execute();
      await db.schema
        .createTable('node_availability')
        .addColumn('node_id', 'text', (column) => column.primaryKey())
        .addColumn('ready_ms', 'double precision', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('epochs')
        .addColumn('number', 'integer', (column) => column.primaryKey())
        .addColumn('started_at', 'timestamptz', (column) => column.notNull())
        .addColumn('cut_at', 'timestamptz', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('root', 'text')
        .addColumn('promised_wei', sql`numeric(78, 0)`)
        .execute();
      const wei = sql`numeric(78, 0)`;
      await db.schema
        .createTable('epoch_rewards')
        .addColumn('epoch', 'integer', (column) => column.notNull().references('epochs.number'))
        .addColumn('node_id', 'text', (column) => column.notNull())
        .addColumn('credit_wei', wei, (column) => column.notNull())
        .addColumn('usage_wei', wei, (column) => column.notNull())
        .addColumn('availability_wei', wei, (column) => column.notNull())
        .addColumn('ready_ms', 'double precision', (column) => column.notNull())
        .addColumn('capacity', 'integer', (column) => column.notNull())
        .addColumn('address', 'text')
        .addColumn('settled_epoch', 'integer')
        .addPrimaryKeyConstraint('epoch_rewards_key', ['epoch', 'node_id'])
        .execute();
      await db.schema.createIndex('epoch_rewards_address').on('epoch_rewards').column('address').execute();
      await db.schema
        .createTable('settler_outbox')
        .addColumn('nonce', 'integer', (column) => column.primaryKey())
        .addColumn('purpose', 'text', (column) => column.notNull())
        .addColumn('epoch', 'integer', (column) => column.notNull())
        .addColumn('raw', 'text', (column) => column.notNull())
        .addColumn('hashes', 'text', (column) => column.notNull())
        .addColumn('signed_at', 'timestamptz', (column) => column.notNull())
        .execute();
    },
  },
  '0005-receipts': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('receipts')
        .addColumn('job_id', 'uuid', (column) => column.primaryKey().references('usage.job_id'))
        .addColumn('gateway', 'text', (column) => column.notNull())
        .addColumn('started_at_ms', 'double precision', (column) => column.notNull())
        .addColumn('finished_at_ms', 'double precision', (column) => column.notNull())
        .addColumn('result_sha256', 'text', (column) => column.notNull())
        .addColumn('node_signature', 'text', (column) => column.notNull())
        .execute();
      // Null for epochs frozen before: what they went by is not known any more.
      await db.schema.alterTable('epochs').addColumn('usage_weight', 'integer').execute();
      // Nodes ask for their statements again and again.
      await db.schema
        .createIndex('usage_of_node')
        .on('usage')
        .columns(['node_id', 'epoch', 'job_id'])
        .execute();
      await db.schema
        .createIndex('epoch_rewards_of_node')
        .on('epoch_rewards')
        .columns(['node_id', 'epoch'])
        .execute();
    },
  },
  '0006-vouchers-and-relay': {
    async up(db: Kysely<unknown>) {
      // Two accounts send now, each at most one transaction at a time; so far there was the settler's.
      await sql`alter table settler_outbox rename to outbox`.execute(db);
      await sql`alter table outbox add column role text not null default 'settler'`.execute(db);
      await sql`alter table outbox alter column role drop default`.execute(db);
      await sql`alter table outbox drop constraint settler_outbox_pkey`.execute(db);
      await sql`alter table outbox add primary key (role)`.execute(db);
      await sql`alter table outbox rename column epoch to subject`.execute(db);
      await sql`alter table outbox alter column subject type text using subject::text`.execute(db);
      const wei = sql`numeric(78, 0)`;
      await db.schema
        .createTable('vouchers')
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('gateway', 'text', (column) => column.notNull())
        .addColumn('buyer_id', 'uuid', (column) => column.notNull().references('api_keys.id'))
        .addColumn('cumulative_wei', wei, (column) => column.notNull())
        .addColumn('signature', 'text', (column) => column.notNull())
        .addColumn('charged_wei', wei, (column) => column.notNull())
        .addColumn('waiting_since', 'timestamptz')
        .addPrimaryKeyConstraint('vouchers_key', ['address', 'gateway'])
        .execute();
      await db.schema
        .createTable('relayed_claims')
        .addColumn('account', 'text', (column) => column.notNull())
        .addColumn('cumulative_wei', wei, (column) => column.notNull())
        .addColumn('stake_deadline', 'double precision')
        .addColumn('stake_signature', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('detail', 'text')
        .addColumn('transaction_hash', 'text')
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('gas_wei', wei, (column) => column.notNull())
        .addColumn('requested_at', 'timestamptz', (column) => column.notNull())
        .addColumn('ended_at', 'timestamptz')
        .addPrimaryKeyConstraint('relayed_claims_key', ['account', 'cumulative_wei'])
        .execute();
      await db.schema
        .createIndex('relayed_claims_open')
        .on('relayed_claims')
        .columns(['state', 'requested_at'])
        .execute();
    },
  },
};

export const migrationProvider: MigrationProvider = {
  async getMigrations() {
    return MIGRATIONS;
  },
};
