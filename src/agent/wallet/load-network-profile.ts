import { readFileSync } from 'node:fs';
import { GataError } from '../../shared/gata-error.ts';
import { type NetworkProfile, networkProfileSchema } from '../../shared/network-profile.ts';

/** @throws GataError `invalid-request` that says what is wrong with the file. */
export function loadNetworkProfile(path: string): NetworkProfile {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const detail = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new GataError('invalid-request', `The network profile ${path} ${detail}.`, { cause });
  }
  const parsed = networkProfileSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new GataError(
    'invalid-request',
    `The network profile ${path} is not valid: ${issue?.path.join('.')}: ${issue?.message}.`,
  );
}
