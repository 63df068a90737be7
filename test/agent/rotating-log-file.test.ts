import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RotatingLogFile } from '../../src/agent/rotating-log-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('keeps a bounded number of files of bounded size, the newest lines in the plain one', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'agent.log');
  {
    using file = new RotatingLogFile({ path, bytesLimit: 10, filesLimit: 3 });
    for (let line = 0; line < 9; line++) file.write(`line ${line}\n`);
  }
  // A later run goes on where the last one ended.
  {
    using file = new RotatingLogFile({ path, bytesLimit: 10, filesLimit: 3 });
    file.write('line 9\n');
  }
  expect(readdirSync(folder.path).sort()).toEqual(['agent.log', 'agent.log.1', 'agent.log.2']);
  expect(readFileSync(path, 'utf8')).toBe('line 8\nline 9\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('line 6\nline 7\n');
  expect(readFileSync(`${path}.2`, 'utf8')).toBe('line 4\nline 5\n');
});

test('never throws, and counts the lines that were lost', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'logs', 'agent.log');
  mkdirSync(join(folder.path, 'logs'));
  using file = new RotatingLogFile({ path, bytesLimit: 5, filesLimit: 2 });
  file.write('first\n');
  rmSync(join(folder.path, 'logs'), { recursive: true });
  file.write('lost\n');
  file.write('lost too\n');
  expect(existsSync(path)).toBe(false);
  mkdirSync(join(folder.path, 'logs'));
  file.write('back\n');
  expect(readFileSync(path, 'utf8')).toBe('{"msg":"log lines lost","lines":2}\nback\n');
});

test('says when the file cannot be opened', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'missing', 'agent.log');
  expect(() => new RotatingLogFile({ path, bytesLimit: 5, filesLimit: 2 })).toThrow(
    expect.objectContaining({ code: 'data-folder-unusable' }),
  );
});
