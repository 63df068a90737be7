import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

test('every test and page that docs/security.md names is there', () => {
  const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const tests = [...text.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path ?? '');
  const pages = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => join('docs', path ?? ''));
  expect(tests.length).toBeGreaterThan(30);
  expect([...tests, ...pages].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
