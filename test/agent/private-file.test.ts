import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asWriteError, writePrivateFile } from '../../src/agent/private-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('replaces the content and leaves nothing else behind', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file.json');
  writeFileSync(path, 'old', { mode: 0o644 });
  writePrivateFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder.path)).toEqual(['file.json']);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('leaves no draft behind when the file cannot be replaced', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file.json');
  mkdirSync(path);
  expect(() => writePrivateFile(path, 'new')).toThrow(
    expect.objectContaining({ code: 'data-folder-unusable' }),
  );
  expect(readdirSync(folder.path)).toEqual(['file.json']);
});

test('tells a full disk apart', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  expect(asWriteError('/data/file', full)).toMatchObject({ code: 'disk-full', status: 507 });
});
