import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GameVerdict } from '../../../src/agent/games/classify-process.ts';
import type { ProcessFacts } from '../../../src/agent/games/process-watcher.ts';
import {
  type GameEvent,
  gameViews,
  type RunningGames,
  reduceGames,
} from '../../../src/agent/games/running-games.ts';

/** A process is a game when its path lies under /games; its file name is the game's name. */
function classify({ executable }: ProcessFacts): GameVerdict | undefined {
  if (!executable.startsWith('/games/')) return undefined;
  return { name: executable.slice('/games/'.length), executable, why: 'it lies there' };
}

function facts(pid: number, executable: string, identity = '1'): ProcessFacts {
  return { pid, identity, executable, argv: [executable] };
}

function started(pid: number, executable: string, { identity = '1', at = 'T1' } = {}): GameEvent {
  return { type: 'started', process: facts(pid, executable, identity), at };
}

function reduce(events: readonly GameEvent[], from: RunningGames = new Map()): RunningGames {
  return events.reduce((games, event) => reduceGames(games, event, classify), from);
}

describe('reduceGames', () => {
  it('keeps games from their start to their end, and nothing else', () => {
    const running = reduce([started(1, '/games/foo'), started(2, '/bin/ls')]);
    expect([...running.keys()]).toEqual([1]);
    expect(reduce([{ type: 'ended', pid: 1 }], running).size).toBe(0);
  });

  it('returns the same object when nothing changed', () => {
    const running = reduce([started(1, '/games/foo')]);
    expect(reduce([started(1, '/games/foo', { at: 'T2' })], running)).toBe(running);
    expect(reduce([{ type: 'ended', pid: 9 }], running)).toBe(running);
    expect(reduce([started(9, '/bin/ls')], running)).toBe(running);
    expect(reduce([{ type: 'listed', processes: [facts(1, '/games/foo')], at: 'T2' }], running)).toBe(
      running,
    );
  });

  it('ends a game whose process becomes another program', () => {
    expect(reduce([started(1, '/games/foo'), started(1, '/bin/sh')]).size).toBe(0);
    expect(reduce([started(1, '/bin/sh'), started(1, '/games/foo')]).get(1)?.name).toBe('foo');
  });

  it('notices a pid that another process got, though its end was never told', () => {
    expect(reduce([started(1, '/games/foo'), started(1, '/bin/ls', { identity: '2' })]).size).toBe(0);
    const again = reduce([started(1, '/games/foo'), started(1, '/games/foo', { identity: '2', at: 'T2' })]);
    expect(again.get(1)).toMatchObject({ identity: '2', since: 'T2' });
  });

  it('makes up for lost ends and starts from a list', () => {
    const running = reduce([
      started(1, '/games/foo'),
      started(2, '/games/bar'),
      { type: 'listed', processes: [facts(2, '/games/bar'), facts(3, '/games/new')], at: 'T2' },
    ]);
    expect([...running.values()].map(({ name, since }) => [name, since])).toEqual([
      ['bar', 'T1'],
      ['new', 'T2'],
    ]);
  });

  it('keeps a game whose first thread has ended, so that its path can no longer be read', () => {
    const running = reduce([started(1, '/games/foo')]);
    const pathless: ProcessFacts = { pid: 1, identity: '1', executable: 'foo', argv: [] };
    expect(reduce([{ type: 'listed', processes: [pathless], at: 'T2' }], running)).toBe(running);
    const other = { ...pathless, identity: '2' };
    expect(reduce([{ type: 'listed', processes: [other], at: 'T2' }], running).size).toBe(0);
  });

  it('holds exactly the games among the processes, however events repeat, cross or get lost', () => {
    const pid = fc.integer({ min: 1, max: 5 });
    const executable = fc.constantFrom('/games/a', '/games/b', '/bin/ls', '');
    const identity = fc.constantFrom('1', '2');
    const process = fc.tuple(pid, executable, identity).map((parts) => facts(...parts));
    const event: fc.Arbitrary<GameEvent> = fc.oneof(
      process.map((it) => ({ type: 'started' as const, process: it, at: 'T1' })),
      pid.map((it) => ({ type: 'ended' as const, pid: it })),
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.uniqueArray(process, { selector: (it) => it.pid }),
        (events, now) => {
          // What each pid was last told to be is what counts.
          const last = new Map<number, ProcessFacts>();
          for (const it of events) {
            if (it.type === 'started') last.set(it.process.pid, it.process);
            else if (it.type === 'ended') last.delete(it.pid);
          }
          const running = reduce(events);
          const expected = [...last.values()].filter((it) => classify(it) !== undefined);
          expect(new Set(running.keys())).toEqual(new Set(expected.map((it) => it.pid)));
          for (const it of expected) expect(running.get(it.pid)).toMatchObject(classify(it) ?? {});

          // A list settles everything, whatever was believed before.
          const listed = reduce([{ type: 'listed', processes: now, at: 'T2' }], running);
          const games = now.filter((it) => classify(it) !== undefined);
          expect(new Set(listed.keys())).toEqual(new Set(games.map((it) => it.pid)));
          expect(reduce([{ type: 'listed', processes: now, at: 'T3' }], listed)).toBe(listed);
        },
      ),
    );
  });
});

describe('gameViews', () => {
  it('shows one entry a game, that of its longest running process, longest running game first', () => {
    const running = reduce([
      started(3, '/games/late', { at: 'T3' }),
      started(2, '/games/foo', { at: 'T2' }),
      started(1, '/games/foo', { at: 'T1' }),
    ]);
    expect(gameViews(running).map(({ name, pid }) => [name, pid])).toEqual([
      ['foo', 1],
      ['late', 3],
    ]);
  });
});
