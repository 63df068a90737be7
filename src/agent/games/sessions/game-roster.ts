import { type GameSessions, type Player, reduceSessions } from './game-session.ts';
import { isSameMembership, type Membership } from './membership.ts';
import type { TrackedProcess } from './tracked-process.ts';

/**
 * So long after a match another one is waited for when nobody looks at what starts it: many launchers go on all day in
 * the tray.
 */
const WAIT_MS = 10 * 60_000;

interface Team {
  readonly players: Set<TrackedProcess>;
  readonly clients: Set<TrackedProcess>;
  /** When it was last played, or somebody looked at what starts it; milliseconds. */
  lastWantedMs: number;
  /** Processes noticed before this one were there before the match. */
  matchOrder: number;
}

/** Which processes belong to which game, and the sessions that follow from it. */
export class GameRoster {
  readonly #teams = new Map<string, Team>();
  /** Whether a process, or one that it started, shows the window that the user looks at. */
  readonly #isInFront: (process: TrackedProcess) => boolean;
  readonly #nowMs: () => number;
  #sessions: GameSessions = new Map();

  constructor(isInFront: (process: TrackedProcess) => boolean, nowMs: () => number) {
    this.#isInFront = isInFront;
    this.#nowMs = nowMs;
  }

  get sessions(): GameSessions {
    return this.#sessions;
  }

  players(): TrackedProcess[] {
    return [...this.#teams.values()].flatMap(({ players }) => [...players]);
  }

  /** Whether no other process plays the game that this one plays. */
  isLastPlayer(process: TrackedProcess): boolean {
    const { membership } = process;
    const players = membership === null ? undefined : this.#teams.get(membership.key)?.players;
    return players?.size === 1 && players.has(process);
  }

  /** Gives a process another membership; null: it is no game's, or it has ended. */
  place(process: TrackedProcess, membership: Membership | null, at: string): void {
    const before = process.membership;
    if (isSameMembership(before, membership)) return;
    process.membership = membership;
    const stays = before?.key === membership?.key && before?.role === membership?.role;
    if (membership !== null) this.#join(process, membership, at);
    if (before !== null && !stays) this.#leave(process, before);
  }

  /**
   * Looks again who waits for the next match; to be called when another window came to the front, and every few seconds
   * while games are known.
   */
  lookAtClients(): void {
    for (const [key, { phase }] of this.#sessions) {
      if (phase === 'between-matches') this.#lookAtClientsOf(key);
    }
  }

  #join(process: TrackedProcess, membership: Membership, at: string): void {
    const { key, role } = membership;
    const team = this.#teams.get(key) ?? newTeam();
    this.#teams.set(key, team);
    if (role === 'client') {
      team.clients.add(process);
      this.#lookAtClientsOf(key);
      return;
    }
    if (team.players.size === 0) team.matchOrder = process.order;
    team.players.add(process);
    const player = { pid: process.pid, membership };
    this.#sessions = reduceSessions(this.#sessions, { type: 'joined', player, at });
  }

  #leave(process: TrackedProcess, { key, role }: Membership): void {
    const team = this.#teams.get(key);
    if (team === undefined) return;
    if (role === 'client') {
      team.clients.delete(process);
      this.#lookAtClientsOf(key);
    } else {
      team.players.delete(process);
      team.lastWantedMs = this.#nowMs();
      this.#sessions = reduceSessions(this.#sessions, {
        type: 'left',
        key,
        pid: process.pid,
        next: firstOf(team.players),
        client: team.players.size === 0 ? this.#waitingClient(team) : null,
      });
    }
    if (team.players.size === 0 && team.clients.size === 0) this.#teams.delete(key);
  }

  #lookAtClientsOf(key: string): void {
    if (this.#sessions.get(key)?.phase !== 'between-matches') return;
    const team = this.#teams.get(key);
    const client = team === undefined ? null : this.#waitingClient(team);
    this.#sessions = reduceSessions(this.#sessions, { type: 'client', key, client });
  }

  /** What the user looks at now, or for some time a client that was there before the match. */
  #waitingClient(team: Team): Player | null {
    const nowMs = this.#nowMs();
    for (const client of team.clients) {
      if (!this.#isInFront(client)) continue;
      team.lastWantedMs = nowMs;
      return playerOf(client);
    }
    if (nowMs - team.lastWantedMs >= WAIT_MS) return null;
    for (const client of team.clients) {
      if (client.order < team.matchOrder) return playerOf(client);
    }
    return null;
  }
}

function newTeam(): Team {
  return { players: new Set(), clients: new Set(), lastWantedMs: 0, matchOrder: 0 };
}

function firstOf(processes: ReadonlySet<TrackedProcess>): Player | null {
  const [first] = processes;
  return first === undefined ? null : playerOf(first);
}

function playerOf({ pid, membership }: TrackedProcess): Player | null {
  return membership === null ? null : { pid, membership };
}
