import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { MachineFiles } from './machine-files.ts';
import { UnreadableFileError } from './unreadable-file-error.ts';

export type SqliteRow = Readonly<Record<string, string | number | null>>;

export interface SqliteTables extends Disposable {
  /**
   * Columns of a table's rows, of one row where `key` is given; a column that the table lacks is null in each, and so
   * are blobs. None where there is no such table, or it is a view. @throws Error when the file is damaged or in use.
   */
  rows(
    table: string,
    columns: readonly string[],
    key?: { column: string; value: number },
  ): readonly SqliteRow[];
}

const BYTES_LIMIT = 1024 * 1024 * 1024;
const ROWS_LIMIT = 5_000;
const VALUE_BYTES_LIMIT = 512 * 1024;

const valueSchema = z.union([z.string(), z.number(), z.bigint().transform(Number), z.null()]).catch(null);

/**
 * Opens a database that another program may have open, to read a few rows; undefined where there is no file.
 *
 * While there is a journal beside it, SQLite's locks are needed to see what its owner wrote last, and they do not wait.
 * Otherwise the file is read as it stands (`immutable`), and nothing is made beside it: without a journal nobody has
 * written since, or the owner writes right now, which changes the file, and it is read again.
 * @throws Error when it is no database, or in use.
 */
export async function openSqliteTables(files: MachineFiles, path: string): Promise<SqliteTables | undefined> {
  const handle = await files.open(path);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > BYTES_LIMIT) {
      throw new UnreadableFileError(path, `is longer than ${BYTES_LIMIT} bytes`, { passing: false });
    }
  } finally {
    await handle.close();
  }
  const hasJournal = (await files.exists(`${path}-wal`)) || (await files.exists(`${path}-journal`));
  const url = pathToFileURL(files.locate(path));
  url.search = hasJournal ? '?mode=ro' : '?mode=ro&immutable=1';
  // Most machines have no such file, and need no SQLite.
  const sqlite = await import('node:sqlite');
  const database = new sqlite.DatabaseSync(url, {
    readOnly: true,
    readBigInts: true,
    timeout: 0,
    limits: { length: VALUE_BYTES_LIMIT, sqlLength: 10_000, attach: 0 },
  });
  try {
    return tablesOf(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function tablesOf(database: DatabaseSync): SqliteTables {
  const isStored = database.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?",
  );
  // What a table computes when it is asked, a stranger's file could make endless.
  const columnNames = database.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0');
  return {
    rows: (table, columns, key) => {
      if (isStored.get(table) === undefined) return [];
      const known = new Set(columnNames.all(table).map(({ name }) => name));
      if (key !== undefined && !known.has(key.column)) return [];
      const list = columns.map((name) => (known.has(name) ? quoted(name) : `NULL AS ${quoted(name)}`));
      const where = key === undefined ? '' : ` WHERE ${quoted(key.column)} = ?`;
      const query = database.prepare(
        `SELECT ${list.join(', ')} FROM ${quoted(table)}${where} LIMIT ${key === undefined ? ROWS_LIMIT : 1}`,
      );
      const rows = key === undefined ? query.all() : query.all(key.value);
      return rows.map((row) =>
        Object.fromEntries(columns.map((name) => [name, valueSchema.parse(row[name])])),
      );
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
