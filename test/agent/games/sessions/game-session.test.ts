import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type GameSessions,
  type Player,
  reduceSessions,
  type SessionEvent,
} from '../../../../src/agent/games/sessions/game-session.ts';
import type { Membership } from '../../../../src/agent/games/sessions/membership.ts';

function player(pid: number, change: Partial<Membership> = {}): Player {
  const membership: Membership = {
    key: 'steam:1',
    name: 'Foo',
    executable: '/games/Foo/foo',
    why: 'it lies there',
    certainty: 'game',
    role: 'player',
    ...change,
  };
  return { pid, membership };
}

const client = player(50, { role: 'client', why: 'its launcher is open' });

function joined(who: Player, at = 'T1'): SessionEvent {
  return { type: 'joined', player: who, at };
}

function left(
  pid: number,
  { next = null, client = null }: { next?: Player | null; client?: Player | null } = {},
) {
  return { type: 'left', key: 'steam:1', pid, next, client } as const;
}

function reduce(events: readonly SessionEvent[], from: GameSessions = new Map()): GameSessions {
  return events.reduce(reduceSessions, from);
}

describe('reduceSessions', () => {
  it('runs from the first process of a game to its last', () => {
    const playing = reduce([joined(player(1), 'T1'), joined(player(2), 'T2')]);
    expect([...playing.values()]).toMatchObject([{ pid: 1, since: 'T1', phase: 'playing' }]);
    const second = reduce([left(1, { next: player(2) })], playing);
    expect([...second.values()]).toMatchObject([{ pid: 2, since: 'T1', name: 'Foo' }]);
    expect(reduce([left(2)], second).size).toBe(0);
  });

  it('waits between two matches while the client is there, and ends with it', () => {
    const waiting = reduce([joined(player(1)), left(1, { client })]);
    expect(waiting.get('steam:1')).toMatchObject({
      phase: 'between-matches',
      pid: 50,
      name: 'Foo',
      executable: '/games/Foo/foo',
      why: 'its launcher is open',
    });
    const again = reduce([joined(player(2), 'T9')], waiting);
    expect(again.get('steam:1')).toMatchObject({ phase: 'playing', pid: 2, since: 'T1' });
    expect(reduce([{ type: 'client', key: 'steam:1', client: null }], waiting).size).toBe(0);
  });

  it('takes no client for a game', () => {
    expect(reduce([{ type: 'client', key: 'steam:1', client }]).size).toBe(0);
    const playing = reduce([joined(player(1))]);
    expect(reduce([{ type: 'client', key: 'steam:1', client: null }], playing)).toBe(playing);
  });

  it('is as sure as the surest process was, and shows that one', () => {
    const maybe = player(1, { certainty: 'maybe', why: 'it fills the screen' });
    const sure = reduce([joined(maybe), joined(player(2))]);
    expect(sure.get('steam:1')).toMatchObject({ certainty: 'game', pid: 2, why: 'it lies there' });
    const raised = reduce([joined(maybe), joined(player(1))]);
    expect(raised.get('steam:1')).toMatchObject({ certainty: 'game', pid: 1 });
    const after = reduce([left(2, { next: maybe })], sure);
    expect(after.get('steam:1')).toMatchObject({ certainty: 'game', pid: 1 });
  });

  it('returns the same object when nothing changed', () => {
    const playing = reduce([joined(player(1))]);
    expect(reduce([joined(player(1), 'T2')], playing)).toBe(playing);
    expect(reduce([joined(player(2), 'T2')], playing)).toBe(playing);
    expect(reduce([left(2, { next: player(1) })], playing)).toBe(playing);
  });

  it('has a session exactly while a process plays, or waits after one has', () => {
    const step = fc.record({
      pid: fc.integer({ min: 1, max: 4 }),
      ends: fc.boolean(),
      clientThere: fc.boolean(),
      sure: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const playing = new Map<number, Player>();
        let sessions: GameSessions = new Map();
        let waits = false;
        let wasSure = false;
        for (const { pid, ends, clientThere, sure } of steps) {
          if (ends) {
            if (!playing.delete(pid)) continue;
            const [next = null] = playing.values();
            const waiting = next === null && clientThere ? client : null;
            sessions = reduceSessions(sessions, left(pid, { next, client: waiting }));
            waits = waiting !== null;
          } else {
            const who = player(pid, { certainty: sure ? 'game' : 'maybe' });
            if (playing.size === 0 && !waits) wasSure = false;
            wasSure ||= sure;
            playing.set(pid, who);
            sessions = reduceSessions(sessions, joined(who));
            waits = false;
          }
          const session = sessions.get('steam:1');
          expect(session !== undefined).toBe(playing.size > 0 || waits);
          if (session === undefined) continue;
          expect(session.phase).toBe(playing.size > 0 ? 'playing' : 'between-matches');
          expect(playing.size === 0 ? session.pid === client.pid : playing.has(session.pid)).toBe(true);
          expect(session.certainty).toBe(wasSure ? 'game' : 'maybe');
        }
      }),
    );
  });
});
