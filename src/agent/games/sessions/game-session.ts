import type { Membership } from './membership.ts';

/** A process as a session shows it. */
export interface Player {
  readonly pid: number;
  readonly membership: Membership;
}

/** One game from its first process to its last, and between two matches while its client waits for the next. */
export interface GameSession {
  readonly key: string;
  readonly phase: 'playing' | 'between-matches';
  /** The process that is shown. */
  readonly pid: number;
  readonly name: string;
  readonly executable: string;
  readonly why: string;
  /** The surest that any of its processes was. */
  readonly certainty: 'game' | 'maybe';
  /** ISO time. */
  readonly since: string;
}

/** By key, in the order in which they began. */
export type GameSessions = ReadonlyMap<string, GameSession>;

export type SessionEvent =
  /** A process belongs to the game from now on, or what is thought of it changed. */
  | { readonly type: 'joined'; readonly player: Player; readonly at: string }
  /**
   * A process does not any more. `next` is one that still does; without it, `client` is the program from which
   * another match may be started, if there is one.
   */
  | {
      readonly type: 'left';
      readonly key: string;
      readonly pid: number;
      readonly next: Player | null;
      readonly client: Player | null;
    }
  /** The program from which another match may be started is now this, or none. */
  | { readonly type: 'client'; readonly key: string; readonly client: Player | null };

/**
 * The sessions after an event; the same object when nothing changed.
 *
 * | phase | joined | left, another is there | left, a client is there | left | client | no client |
 * |---|---|---|---|---|---|---|
 * | none | playing | – | – | – | – | – |
 * | playing | playing | playing | between-matches | none | playing | playing |
 * | between-matches | playing | – | – | – | between-matches | none |
 */
export function reduceSessions(sessions: GameSessions, event: SessionEvent): GameSessions {
  switch (event.type) {
    case 'joined': {
      const { membership } = event.player;
      return put(sessions, joined(sessions.get(membership.key), event.player, event.at));
    }
    case 'left': {
      const session = sessions.get(event.key);
      if (session === undefined || session.phase !== 'playing') return sessions;
      if (event.next !== null)
        return session.pid === event.pid ? put(sessions, led(session, event.next)) : sessions;
      return event.client === null
        ? without(sessions, event.key)
        : put(sessions, waiting(session, event.client));
    }
    case 'client': {
      const session = sessions.get(event.key);
      if (session === undefined || session.phase !== 'between-matches') return sessions;
      return event.client === null
        ? without(sessions, event.key)
        : put(sessions, waiting(session, event.client));
    }
  }
}

function joined(session: GameSession | undefined, player: Player, at: string): GameSession {
  const { key, name, executable, why, certainty } = player.membership;
  const fresh = { key, phase: 'playing', pid: player.pid, name, executable, why, certainty } as const;
  if (session === undefined) return { ...fresh, since: at };
  const isSurer = certainty === 'game' && session.certainty === 'maybe';
  if (session.phase === 'playing' && session.pid !== player.pid && !isSurer) return session;
  return { ...fresh, certainty: surest(session.certainty, certainty), since: session.since };
}

/** The session with another process to show. */
function led(session: GameSession, { pid, membership }: Player): GameSession {
  const { name, executable, why, certainty } = membership;
  return { ...session, pid, name, executable, why, certainty: surest(session.certainty, certainty) };
}

/** The session between two matches: its name and program are still the game's. */
function waiting(session: GameSession, { pid, membership }: Player): GameSession {
  return { ...session, phase: 'between-matches', pid, why: membership.why };
}

function surest(one: GameSession['certainty'], other: GameSession['certainty']): GameSession['certainty'] {
  return one === 'game' ? one : other;
}

function put(sessions: GameSessions, session: GameSession): GameSessions {
  const before = sessions.get(session.key);
  if (before !== undefined && isSame(before, session)) return sessions;
  return new Map(sessions).set(session.key, session);
}

function isSame(one: GameSession, other: GameSession): boolean {
  return (
    one === other ||
    (one.phase === other.phase &&
      one.pid === other.pid &&
      one.name === other.name &&
      one.executable === other.executable &&
      one.why === other.why &&
      one.certainty === other.certainty &&
      one.since === other.since)
  );
}

function without(sessions: GameSessions, key: string): GameSessions {
  const fewer = new Map(sessions);
  fewer.delete(key);
  return fewer;
}
