import { z } from 'zod';
import type { PauseRequest } from '../../shared/local-api.ts';

/** The user's own pause, as it is kept over a restart. */
export const userPauseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('timed'), since: z.iso.datetime(), until: z.iso.datetime() }),
  /** Ends when games have run during the pause and no longer do. */
  z.object({ kind: z.literal('games-end'), since: z.iso.datetime(), played: z.boolean() }),
  z.object({ kind: z.literal('resumed'), since: z.iso.datetime() }),
]);
export type UserPause = z.infer<typeof userPauseSchema>;

export function userPauseOf(request: PauseRequest, now: Date, gamesRunning: boolean): UserPause {
  const since = now.toISOString();
  if ('minutes' in request) {
    return { kind: 'timed', since, until: new Date(now.getTime() + request.minutes * 60_000).toISOString() };
  }
  return request.until === 'games-end'
    ? { kind: 'games-end', since, played: gamesRunning }
    : { kind: 'resumed', since };
}

/** Whether the pause still holds. */
export function holdsUserPause(pause: UserPause, gamesRunning: boolean, now: Date): boolean {
  switch (pause.kind) {
    case 'timed':
      return now.getTime() < Date.parse(pause.until);
    case 'games-end':
      return gamesRunning || !pause.played;
    case 'resumed':
      return true;
  }
}
