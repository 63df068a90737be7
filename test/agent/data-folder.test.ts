import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareDataFolder } from '../../src/agent/data-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('makes the folder for the user alone and gives its real path', () => {
  using parent = temporaryFolder();
  const folder = join(parent.path, 'a', 'b');
  expect(prepareDataFolder(folder)).toBe(folder);
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
  symlinkSync(folder, join(parent.path, 'link'));
  expect(prepareDataFolder(join(parent.path, 'link'))).toBe(folder);
});

test('refuses what is no folder', () => {
  using parent = temporaryFolder();
  const file = join(parent.path, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')]) {
    expect(() => prepareDataFolder(path)).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }));
  }
});
