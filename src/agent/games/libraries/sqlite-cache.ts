import { stat } from 'node:fs/promises';
import type { MachineFiles } from './machine-files.ts';
import { openSqliteTables, type SqliteTables } from './sqlite-tables.ts';

/**
 * What was read from databases, read again only when they were written. Opening one may itself be seen as a change of
 * its journal (SQLite, run by root, sets the journal's owner): without this, reading would lead to reading.
 */
export class SqliteCache<T> {
  readonly #files: MachineFiles;
  readonly #read: (tables: SqliteTables) => T;
  readonly #known = new Map<string, { readonly state: string; readonly content: T }>();

  constructor(files: MachineFiles, read: (tables: SqliteTables) => T) {
    this.#files = files;
    this.#read = read;
  }

  /** Undefined where there is no file. @throws Error when it is no database, or in use. */
  async get(path: string): Promise<T | undefined> {
    // Asked before reading: a file that is written meanwhile is read again the next time.
    const state = `${await this.#stateOf(path)}, ${await this.#stateOf(`${path}-wal`)}`;
    const known = this.#known.get(path);
    if (known?.state === state) return known.content;
    this.#known.delete(path);
    using tables = await openSqliteTables(this.#files, path);
    if (tables === undefined) return undefined;
    const content = this.#read(tables);
    this.#known.set(path, { state, content });
    return content;
  }

  async #stateOf(path: string): Promise<string> {
    try {
      const { dev, ino, size, mtimeNs } = await stat(this.#files.locate(path), { bigint: true });
      return `${dev} ${ino} ${size} ${mtimeNs}`;
    } catch {
      // Not there, or closed to us, which opening it tells.
      return 'none';
    }
  }
}
