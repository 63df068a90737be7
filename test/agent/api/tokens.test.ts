import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAllowed, loadTokens, scopeOfToken } from '../../../src/agent/api/tokens.ts';
import { tokenScopeSchema } from '../../../src/shared/local-api.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('tokens are made once, for the user alone, all different, and made anew when the file is damaged', () => {
  using folder = temporaryFolder();
  const tokens = loadTokens(folder.path);
  expect(new Set(Object.values(tokens)).size).toBe(3);
  expect(loadTokens(folder.path)).toEqual(tokens);
  const file = join(folder.path, 'tokens.json');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const damaged of ['', '{"ui":"x"}', JSON.stringify({ ...tokens, ui: '' })]) {
    writeFileSync(file, damaged);
    const fresh = loadTokens(folder.path);
    expect(fresh.ui).not.toBe(tokens.ui);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(fresh);
  }
});

test('a token gives its own scope and no other text gives any', () => {
  using folder = temporaryFolder();
  const tokens = loadTokens(folder.path);
  for (const scope of tokenScopeSchema.options) expect(scopeOfToken(tokens, tokens[scope])).toBe(scope);
  for (const wrong of ['', 'x', tokens.ui.slice(1), `${tokens.ui} `, 'ä'.repeat(43)]) {
    expect(scopeOfToken(tokens, wrong)).toBeUndefined();
  }
});

test('ui may all, launcher what read may and pause leases, read only read', () => {
  const scopes = tokenScopeSchema.options;
  const allowed = scopes.map((held) => scopes.filter((needed) => isAllowed(held, needed)));
  expect(allowed).toEqual([['ui', 'launcher', 'read'], ['launcher', 'read'], ['read']]);
});
