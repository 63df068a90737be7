import { GataError } from '../shared/gata-error.ts';

/** @throws GataError `unauthorized` when the header is missing or of another scheme. */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new GataError('unauthorized', 'Send your key in the header "Authorization: Bearer <key>".');
  }
  return token;
}
