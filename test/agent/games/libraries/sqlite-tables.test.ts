import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MachineFiles } from '../../../../src/agent/games/libraries/machine-files.ts';
import { openSqliteTables } from '../../../../src/agent/games/libraries/sqlite-tables.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { sqliteFile } from './sqlite-file.ts';

const files = new MachineFiles();

describe('SQLite tables', () => {
  it('reads rows, without leaving anything beside the file', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'a # ? %20.db');
    sqliteFile(
      path,
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, "b""c" REAL, d BLOB);
       INSERT INTO t VALUES (1, 'x', 1.5, x'00'), (2, NULL, 9007199254740993, 'y')`,
    ).close();
    using tables = await openSqliteTables(files, path);
    expect(tables?.rows('t', ['id', 'a', 'b"c', 'd', 'none'])).toEqual([
      { id: 1, a: 'x', 'b"c': 1.5, d: null, none: null },
      { id: 2, a: null, 'b"c': 9007199254740992, d: 'y', none: null },
    ]);
    expect(tables?.rows('t', ['a'], { column: 'id', value: 1 })).toEqual([{ a: 'x' }]);
    expect(tables?.rows('t', ['a'], { column: 'none', value: 1 })).toEqual([]);
    expect(tables?.rows('none', ['a'])).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(['a # ? %20.db']);
  });

  it('sees what a program that has it open wrote just now, and waits for none', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'wal.db');
    const owner = sqliteFile(path, 'PRAGMA journal_mode = wal; CREATE TABLE t (a TEXT)');
    owner.exec("INSERT INTO t VALUES ('in the journal')");
    {
      using tables = await openSqliteTables(files, path);
      expect(tables?.rows('t', ['a'])).toEqual([{ a: 'in the journal' }]);
    }
    owner.exec("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; INSERT INTO t VALUES ('2')");
    const beganAt = performance.now();
    await expect(openSqliteTables(files, path)).rejects.toThrow('locked');
    expect(performance.now() - beganAt).toBeLessThan(2_000);
    owner.close();
    const rollback = join(folder.path, 'rollback.db');
    const writer = sqliteFile(rollback, 'CREATE TABLE t (a TEXT)');
    writer.exec("BEGIN EXCLUSIVE; INSERT INTO t VALUES ('2')");
    expect(readdirSync(folder.path)).toContain('rollback.db-journal');
    await expect(openSqliteTables(files, rollback)).rejects.toThrow('locked');
    writer.close();
  });

  it('computes nothing that a file wants computed', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'computing.db');
    sqliteFile(
      path,
      `CREATE VIEW endless AS WITH RECURSIVE r(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM r) SELECT a FROM r;
       CREATE TABLE g (a TEXT, b AS (hex(hex(a))));
       INSERT INTO g VALUES ('x')`,
    ).close();
    using tables = await openSqliteTables(files, path);
    expect(tables?.rows('endless', ['a'])).toEqual([]);
    expect(tables?.rows('g', ['a', 'b'])).toEqual([{ a: 'x', b: null }]);
  });

  it('is undefined where there is no file, and an error where there is no database', async () => {
    using folder = temporaryFolder();
    expect(await openSqliteTables(files, join(folder.path, 'none.db'))).toBeUndefined();
    await expect(openSqliteTables(files, folder.path)).rejects.toThrow('is not a file');
    const text = join(folder.path, 'text.db');
    writeFileSync(text, 'no database'.repeat(100));
    await expect(openSqliteTables(files, text)).rejects.toThrow('not a database');
    const empty = join(folder.path, 'empty.db');
    writeFileSync(empty, '');
    using tables = await openSqliteTables(files, empty);
    expect(tables?.rows('t', ['a'])).toEqual([]);
  });

  it('ends with rows or an error, however a file is damaged', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'sound.db');
    const rows = Array.from({ length: 300 }, (_, id) => `(${id}, '${'x'.repeat(id * 4)}')`);
    const owner = sqliteFile(
      path,
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES ${rows}`,
    );
    owner.close();
    const sound = await files.read(path, 10_000_000);
    if (sound === undefined) throw new Error('The database was not written.');
    const damaged = join(folder.path, 'damaged.db');
    const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(sound.length), async (changes, length) => {
        const bytes = Buffer.from(sound);
        for (const [at, byte] of changes) bytes[at] = byte;
        writeFileSync(damaged, length % 3 === 0 ? bytes.subarray(0, length) : bytes);
        try {
          using tables = await openSqliteTables(files, damaged);
          expect(tables?.rows('t', ['id', 'a']).length).toBeLessThanOrEqual(5_000);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 300 },
    );
  });
});
