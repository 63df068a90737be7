import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import type { DatabaseSchema } from './database-schema.ts';
import { migrationProvider } from './migrations.ts';
import { PGliteDialect } from './pglite-dialect.ts';

/** Marks an embedded database whose making was not interrupted. */
const COMPLETE_FILE_NAME = 'gata-complete';

/** PostgreSQL's defaults are for a server: this one shares a computer with its user. */
const SMALL_SERVER = ['shared_buffers=16MB', 'max_wal_size=64MB', 'min_wal_size=32MB'];

export type Database = Kysely<DatabaseSchema>;

/**
 * Opens the database and brings it to the newest migration.
 * @param url `postgres://…`, or undefined for the embedded database in `folder`.
 */
export async function openDatabase(url: string | undefined, folder: string, log?: Logger): Promise<Database> {
  const db = new Kysely<DatabaseSchema>({
    dialect: url === undefined ? await embedded(folder) : external(url, log),
  });
  try {
    const { error } = await new Migrator({ db, provider: migrationProvider }).migrateToLatest();
    if (error !== undefined) throw error;
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

/** The caller holds the data folder, so whatever another process left here is a remnant. */
async function embedded(folder: string): Promise<Dialect> {
  const complete = path.join(folder, COMPLETE_FILE_NAME);
  const startParams = [...PGlite.defaultStartParams, ...SMALL_SERVER.flatMap((setting) => ['-c', setting])];
  // Without the mark, a process was killed while it made the database, before anything could be stored.
  if (!(await exists(complete))) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // PostgreSQL refuses to start over the lock file of a process that was killed in the middle of its start.
  await rm(path.join(folder, 'postmaster.pid'), { force: true });
  const database = await PGlite.create(folder, { startParams });
  await writeFile(complete, '');
  return new PGliteDialect(database);
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}

function external(url: string, log: Logger | undefined): Dialect {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // A connection that breaks while idle is replaced at the next query.
  pool.on('error', (error) => log?.warn({ err: error }, 'a database connection broke'));
  return new PostgresDialect({ pool });
}
