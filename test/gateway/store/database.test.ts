import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/gateway/store/database.ts';

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
