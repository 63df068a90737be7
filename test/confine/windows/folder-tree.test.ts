import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeTree, treeBytes } from '../../../src/confine/windows/folder-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('counts what is in a folder and not what its links name', () => {
  using folder = temporaryFolder();
  const own = join(folder.path, 'own');
  mkdirSync(join(own, 'deep'), { recursive: true });
  writeFileSync(join(folder.path, 'big'), Buffer.alloc(100_000));
  writeFileSync(join(own, 'deep', 'a'), Buffer.alloc(1000));
  symlinkSync(join(folder.path, 'big'), join(own, 'link'));
  symlinkSync(folder.path, join(own, 'loop'));
  expect(treeBytes(own)).toBeGreaterThanOrEqual(1000);
  expect(treeBytes(own)).toBeLessThan(2000);
});

test('a folder that is not there is empty', () => {
  using folder = temporaryFolder();
  expect(treeBytes(join(folder.path, 'gone'))).toBe(0);
});

test('more entries than anything of ours makes are too much', () => {
  using folder = temporaryFolder();
  for (let index = 0; index <= 20; index++) mkdirSync(join(folder.path, String(index)));
  expect(treeBytes(folder.path, 21)).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(treeBytes(folder.path, 20)).toBe(Number.POSITIVE_INFINITY);
});

test('removes a folder, and of its links only the links', () => {
  using folder = temporaryFolder();
  const own = join(folder.path, 'own');
  mkdirSync(join(own, 'deep', 'deeper'), { recursive: true });
  mkdirSync(join(folder.path, 'user'));
  writeFileSync(join(folder.path, 'user', 'letter'), 'dear');
  symlinkSync(join(folder.path, 'user'), join(own, 'deep', 'folder-link'));
  symlinkSync(join(folder.path, 'user', 'letter'), join(own, 'file-link'));
  symlinkSync(join(folder.path, 'nowhere'), join(own, 'dead-link'));
  removeTree(own);
  removeTree(own);
  expect(existsSync(own)).toBe(false);
  expect(readFileSync(join(folder.path, 'user', 'letter'), 'utf8')).toBe('dear');
});
