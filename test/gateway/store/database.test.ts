import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, Migrator, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/gateway/store/database.ts';
import type { DatabaseSchema } from '../../../src/gateway/store/database-schema.ts';
import { migrationProvider } from '../../../src/gateway/store/migrations.ts';
import { PGliteDialect } from '../../../src/gateway/store/pglite-dialect.ts';

describe('the embedded database', () => {
  it('is made anew when a kill interrupted its making', async () => {
    await using parent = await mkdtempDisposable(path.join(tmpdir(), 'gata-database-'));
    const folder = path.join(parent.path, 'database');
    mkdirSync(path.join(folder, 'base'), { recursive: true });
    writeFileSync(path.join(folder, 'PG_VERSION'), '');
    const database = await openDatabase(undefined, folder);
    expect(await database.selectFrom('jobs').selectAll().execute()).toEqual([]);
    await database.destroy();
  });

  it('opens over the empty lock file of a process that was killed in its start', async () => {
    await using parent = await mkdtempDisposable(path.join(tmpdir(), 'gata-database-'));
    const folder = path.join(parent.path, 'database');
    const first = await openDatabase(undefined, folder);
    await first.destroy();
    writeFileSync(path.join(folder, 'postmaster.pid'), '');
    const second = await openDatabase(undefined, folder);
    expect(await second.selectFrom('jobs').selectAll().execute()).toEqual([]);
    await second.destroy();
  });
});

describe('the migrations', () => {
  it('keep the usage of a database from before there were credits', { timeout: 120_000 }, async () => {
    await using parent = await mkdtempDisposable(path.join(tmpdir(), 'gata-database-'));
    const folder = path.join(parent.path, 'database');
    const before = await PGlite.create(folder);
    writeFileSync(path.join(folder, 'gata-complete'), '');
    const old = new Kysely<DatabaseSchema>({ dialect: new PGliteDialect(before) });
    const { error } = await new Migrator({ db: old, provider: migrationProvider }).migrateTo('0001-initial');
    expect(error).toBeUndefined();
    const [buyer, job] = [randomUUID(), randomUUID()];
    await sql`insert into api_keys (id, name, key_hash) values (${buyer}, 'b', 'h')`.execute(old);
    await sql`insert into jobs (id, buyer_id, endpoint, kind, model_id, model_digest, input_bytes, request_hash,
      state, attempt, failures, losses) values (${job}, ${buyer}, 'completions', 'text.generate', 'm', 'd', 0, 'r',
      'finished', 1, 0, 0)`.execute(old);
    await sql`insert into usage (job_id, buyer_id, node_id, kind, model_digest, prompt_tokens, completion_tokens,
      run_ms, finished_at) values (${job}, ${buyer}, 'n', 'text.generate', 'd', 1, 2, 3, now())`.execute(old);
    await old.destroy();
    const database = await openDatabase(undefined, folder);
    const usage = await database.selectFrom('usage').select(['job_id', 'credit_wei']).execute();
    expect(usage).toEqual([{ job_id: job, credit_wei: '0' }]);
    expect(await database.selectFrom('ledger_entries').selectAll().execute()).toEqual([]);
    await database.destroy();
  });
});
