import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logFiles, logFolder } from '../../src/agent/log.ts';
import { readLastLogLines } from '../../src/agent/log-reader.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('gives the last lines over all files, whatever their length', () => {
  using folder = temporaryFolder();
  mkdirSync(logFolder(folder.path));
  const [newest = '', older = ''] = logFiles(folder.path);
  const lineArbitrary = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\n\r]/g, '')),
    fc.constant('ä'.repeat(70_000)),
  );
  const fileArbitrary = fc.array(lineArbitrary, { maxLength: 6 });
  fc.assert(
    fc.property(fileArbitrary, fileArbitrary, fc.integer({ min: 1, max: 15 }), (old, recent, count) => {
      writeFileSync(older, old.map((line) => `${line}\n`).join(''));
      writeFileSync(newest, recent.map((line) => `${line}\n`).join(''));
      expect(readLastLogLines(folder.path, count)).toEqual([...old, ...recent].slice(-count));
    }),
    { numRuns: 50 },
  );
});

test('gives nothing where there is no log', () => {
  using folder = temporaryFolder();
  expect(readLastLogLines(folder.path, 10)).toEqual([]);
});
