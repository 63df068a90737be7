import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareDataFolder } from '../../src/agent/data-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('makes the folder for the user alone and gives its real path', async () => {
  using parent = temporaryFolder();
  const folder = join(parent.path, 'a', 'b');
  expect(await prepareDataFolder(folder)).toBe(folder);
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
  symlinkSync(folder, join(parent.path, 'link'));
  expect(await prepareDataFolder(join(parent.path, 'link'))).toBe(folder);
});

test('refuses what is no folder', async () => {
  using parent = temporaryFolder();
  const file = join(parent.path, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')]) {
    await expect(prepareDataFolder(path)).rejects.toMatchObject({ code: 'data-folder-unusable' });
  }
});
