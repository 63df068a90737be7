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
};

export const migrationProvider: MigrationProvider = {
  async getMigrations() {
    return MIGRATIONS;
  },
};
