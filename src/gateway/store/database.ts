import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DatabaseSchema } from './database-schema.ts';
import { migrationProvider } from './migrations.ts';
import { PGliteDialect } from './pglite-dialect.ts';

export type Database = Kysely<DatabaseSchema>;

/**
 * Opens the database and brings it to the newest migration.
 * @param url `postgres://…`, or undefined for the embedded database in `folder`.
 */
export async function openDatabase(url: string | undefined, folder: string): Promise<Database> {
  const db = new Kysely<DatabaseSchema>({
    dialect: url === undefined ? await embedded(folder) : external(url),
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

async function embedded(folder: string): Promise<Dialect> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new PGliteDialect(await PGlite.create(folder));
}

function external(url: string): Dialect {
  return new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 10 }) });
}
