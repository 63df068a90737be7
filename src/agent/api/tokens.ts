import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type EndpointFile, type TokenScope, tokenScopeSchema } from '../../shared/local-api.ts';
import { isSameSecret, secretDigest } from '../../shared/secret-digest.ts';
import { writePrivateFile } from '../private-file.ts';

export type Tokens = EndpointFile['tokens'];

const tokensSchema = z.record(tokenScopeSchema, z.string().min(32));

/**
 * The local API's bearer tokens, kept in `tokens.json` so that a launcher need not read them again after a
 * restart; made anew when the file is missing or damaged.
 * @throws GataError `disk-full` or `data-folder-unusable`.
 */
export function loadTokens(dataFolder: string): Tokens {
  const path = join(dataFolder, 'tokens.json');
  try {
    return tokensSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    const tokens: Tokens = { ui: newToken(), launcher: newToken(), read: newToken() };
    writePrivateFile(path, JSON.stringify(tokens));
    return tokens;
  }
}

/** The scope that a token gives, or undefined. Takes the same time for every wrong token. */
export function scopeOfToken(tokens: Tokens, presented: string): TokenScope | undefined {
  let scope: TokenScope | undefined;
  for (const candidate of tokenScopeSchema.options) {
    if (isSameSecret(secretDigest(tokens[candidate]), secretDigest(presented))) scope = candidate;
  }
  return scope;
}

/** `ui` may do everything, `launcher` what `read` may and hold pause leases. */
export function isAllowed(held: TokenScope, needed: TokenScope): boolean {
  const rank = { read: 0, launcher: 1, ui: 2 } as const;
  return rank[held] >= rank[needed];
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
