import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { classify } from '../../../../src/agent/games/classify/classify.ts';
import type { ProcessFacts } from '../../../../src/agent/games/process-watcher.ts';
import type { SignalValues } from '../../../../src/agent/games/sessions/evidence-of.ts';
import { GameTracker } from '../../../../src/agent/games/sessions/game-tracker.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../src/shared/settings.ts';
import { SetLibrary } from '../../../support/game-watcher-parts.ts';
import { processFacts } from '../../../support/process-facts.ts';

const NO_SIGNALS: SignalValues = { foreground: null, gameMode: [], steamApp: null, cards: null };

interface Tracked {
  readonly tracker: GameTracker;
  readonly library: SetLibrary;
  /** The running games' names, with `?` where that is not certain, and `…` between two matches. */
  names(): string[];
  signal(change: Partial<SignalValues>): void;
  /** Lets time pass, and looks who waits. */
  pass(minutes: number): void;
  choose(games: Partial<Settings['games']>): void;
}

function track({ beside = [], later = [] }: { beside?: string[]; later?: ProcessFacts[] } = {}): Tracked {
  const library = new SetLibrary();
  const foo = library.add('/games/Foo');
  library.add('/games/Bar');
  let settings: Settings['games'] = DEFAULT_SETTINGS.games;
  let signals = NO_SIGNALS;
  let nowMs = Date.parse('2026-11-20T12:00:00Z');
  const tracker = new GameTracker({
    settings: () => settings,
    gameOf: (path) => library.gameOf(path),
    ruledOutOf: () => undefined,
    classify,
    categoriesOf: () => null,
    besideOf: async () => beside,
    ownPids: () => [900],
    isRunning: () => true,
    read: (pid) => later.find((facts) => facts.pid === pid),
    signals: () => signals,
    clock: { now: () => new Date(nowMs) },
    onLater: () => undefined,
    onBesideFailed: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => tracker[Symbol.dispose]());
  expect(foo.title).toBe('Foo');
  return {
    tracker,
    library,
    names: () =>
      [...tracker.sessions.values()].map(
        ({ name, certainty, phase }) =>
          `${name}${certainty === 'maybe' ? '?' : ''}${phase === 'between-matches' ? '…' : ''}`,
      ),
    signal: (change) => {
      signals = { ...signals, ...change };
      tracker.signalled();
    },
    pass: (minutes) => {
      nowMs += minutes * 60_000;
      tracker.lookAtClients();
    },
    choose: (games) => {
      settings = { ...settings, ...games };
      tracker.refresh();
    },
  };
}

const foo = processFacts(10, '/games/Foo/foo');

describe('what a game starts', () => {
  it('belongs to it, also when the game itself has ended', () => {
    const { tracker, names } = track();
    tracker.started(foo);
    tracker.started(processFacts(11, '/tmp/unpacked/play', { parentPid: 10 }));
    tracker.started(processFacts(12, '/bin/sh', { parentPid: 11 }));
    tracker.ended(10);
    tracker.ended(11);
    expect(names()).toEqual(['Foo']);
    tracker.ended(12);
    expect(names()).toEqual([]);
  });

  it('does not belong to it when its own evidence says otherwise', () => {
    const { tracker, names } = track();
    tracker.started(foo);
    tracker.started(processFacts(11, '/games/Foo/UnityCrashHandler64', { parentPid: 10 }));
    tracker.started(processFacts(12, '/opt/overlay/GameOverlay', { parentPid: 10 }));
    tracker.started(processFacts(13, '/tmp/report', { parentPid: 11 }));
    tracker.ended(10);
    expect(names()).toEqual([]);
  });

  it('does not belong to it when it turns out to be a browser', async () => {
    const { tracker, names } = track({ beside: ['omni.ja', 'libxul.so'] });
    tracker.started(foo);
    tracker.started(processFacts(11, '/opt/browser/browse', { parentPid: 10 }));
    await vi.waitFor(() => expect(tracker.get(11)?.seen.beside).not.toBeNull());
    tracker.ended(10);
    expect(names()).toEqual([]);
  });

  it('is another game when it is installed as one', () => {
    const { tracker, names } = track();
    tracker.started(foo);
    tracker.started(processFacts(11, '/games/Bar/bar', { parentPid: 10 }));
    expect(names()).toEqual(['Foo', 'Bar']);
    tracker.ended(10);
    expect(names()).toEqual(['Bar']);
  });

  it('is followed through forks that nobody has looked at, and through what they become', () => {
    const { tracker, names } = track();
    tracker.started(foo);
    tracker.forked(11, 10);
    tracker.forked(12, 11);
    tracker.ended(10);
    tracker.ended(11);
    expect(names()).toEqual(['Foo']);
    tracker.started(processFacts(12, '/tmp/unpacked/play', { identity: '3' }));
    expect(names()).toEqual(['Foo']);
    tracker.started(processFacts(12, '/games/Foo/CrashReporter', { identity: '3' }));
    expect(names()).toEqual([]);
  });

  it('is not the game once its pid was given to another process', () => {
    const { tracker, names } = track();
    tracker.started(foo);
    tracker.started(processFacts(10, '/bin/ls', { identity: '2' }));
    expect(names()).toEqual([]);
  });

  it('is found from a list, parents first or last', () => {
    const { tracker, names } = track();
    tracker.listed([processFacts(11, '/tmp/play', { parentPid: 10 }), foo]);
    tracker.ended(10);
    expect(names()).toEqual(['Foo']);
  });

  it('is known by a parent that was not told of', () => {
    const shell = processFacts(20, '/bin/bash', { argv: ['bash', '/games/Foo/start.sh'] });
    const { tracker, names } = track({ later: [shell] });
    tracker.started(processFacts(21, '/usr/bin/java', { parentPid: 20 }));
    tracker.ended(20);
    expect(names()).toEqual(['Foo']);
  });

  it('is the game when the game becomes it', () => {
    const { tracker, names } = track();
    tracker.started(processFacts(10, '/bin/sh', { argv: ['/bin/sh', '/games/Foo/start.sh'] }));
    tracker.started(processFacts(10, '/usr/bin/java', { argv: ['java', '-jar', 'play.jar'] }));
    expect(names()).toEqual(['Foo']);
  });
});

describe('what is not a game', () => {
  it('is Gata itself, and what it starts', () => {
    const { tracker, names } = track();
    tracker.started(processFacts(900, '/games/Foo/gata'));
    tracker.started(processFacts(901, '/games/Foo/foo', { parentPid: 900 }));
    expect(names()).toEqual([]);
  });

  it('may be found so later by the files beside it, and so may its children', async () => {
    const { tracker, names } = track({ beside: ['UnityPlayer.so', 'play_Data'] });
    tracker.started(processFacts(10, '/home/ann/stuff/play'));
    tracker.started(processFacts(11, '/home/ann/stuff/child', { parentPid: 10 }));
    expect(names()).toEqual([]);
    await vi.waitFor(() => expect(names()[0]).toMatch(/^play/));
    tracker.ended(10);
    expect(names()).toHaveLength(1);
  });
});

describe('signals', () => {
  it('raise a program that fills the screen and draws to a maybe, which stays when it is left', () => {
    const { tracker, names, signal } = track();
    tracker.started(processFacts(10, '/home/ann/stuff/play'));
    expect(names()).toEqual([]);
    signal({ foreground: { pid: 10, isFullScreen: true }, cards: new Map([[10, ['GPU-1']]]) });
    expect(names()).toEqual(['play?']);
    signal({ foreground: { pid: 77, isFullScreen: false }, cards: new Map() });
    expect(names()).toEqual(['play?']);
    tracker.ended(10);
    expect(names()).toEqual([]);
  });

  it('know what asked for GameMode', () => {
    const { tracker, names, signal } = track();
    tracker.started(processFacts(10, '/home/ann/stuff/play'));
    signal({ gameMode: [10, 11] });
    expect(names()).toEqual(['play']);
  });

  it('know what Steam runs on Windows', () => {
    const { tracker, names, signal } = track();
    tracker.started(processFacts(9, 'C:\\Steam\\steam.exe', { argv: [] }));
    tracker.started(processFacts(10, 'D:\\Stuff\\play.exe', { parentPid: 9, argv: [] }));
    const before = names();
    signal({ steamApp: 440 });
    tracker.steamAppChanged();
    expect(names()).toEqual(['play']);
    expect(before).not.toEqual(names());
  });
});

describe('the user’s word', () => {
  it('makes a game of any program, and none of any game', () => {
    const { tracker, names, choose } = track();
    tracker.started(processFacts(10, '/opt/tool/tool'));
    choose({ choices: { 'program:/opt/tool/tool': 'pause' } });
    // Certain for as long as the choice stands, which the views tell.
    expect(names()).toEqual(['tool?']);
    choose({ choices: {}, include: ['TOOL'] });
    expect(names()).toEqual(['tool']);
    choose({ exclude: ['/opt/tool'] });
    expect(names()).toEqual([]);
  });

  it('on a game does not make a game of its crash reporter', () => {
    const { tracker, names, choose } = track();
    tracker.started(processFacts(10, '/games/Foo/CrashReporter'));
    choose({ choices: { 'folder:/games/Foo': 'pause' } });
    expect(names()).toEqual([]);
  });

  it('that a program is no game does not hide the game that it starts', () => {
    const { tracker, names, choose, signal } = track();
    tracker.started(processFacts(10, '/opt/term/terminal'));
    signal({ foreground: { pid: 10, isFullScreen: true }, cards: new Map([[10, ['GPU-1']]]) });
    expect(names()).toEqual(['terminal?']);
    tracker.started(processFacts(11, '/home/ann/stuff/play', { parentPid: 10 }));
    choose({ choices: { 'program:/opt/term/terminal': 'ignore' } });
    signal({ gameMode: [11] });
    expect(names()).toContain('play');
  });

  it('excludes a game with all that it started', () => {
    const { tracker, names, choose } = track();
    tracker.started(foo);
    tracker.started(processFacts(11, '/tmp/unpacked/play', { parentPid: 10 }));
    choose({ exclude: ['/games/Foo/foo'] });
    expect(names()).toEqual([]);
  });
});

describe('between two matches', () => {
  const launcher = processFacts(10, '/games/Foo/FooLauncher');
  const match = processFacts(11, '/games/Foo/foo', { parentPid: 10 });

  it('the game goes on while its launcher, which was there before, still runs', () => {
    const { tracker, names } = track();
    tracker.started(launcher);
    expect(names()).toEqual([]);
    tracker.started(match);
    tracker.ended(11);
    expect(names()).toEqual(['Foo…']);
    tracker.started({ ...match, pid: 12 });
    expect(names()).toEqual(['Foo']);
    tracker.ended(12);
    tracker.ended(10);
    expect(names()).toEqual([]);
  });

  it('a launcher in the tray keeps the game only for some minutes, and for longer while somebody looks at it', () => {
    const { tracker, names, pass, signal } = track();
    tracker.started(launcher);
    tracker.started(match);
    pass(600);
    tracker.ended(11);
    pass(9);
    expect(names()).toEqual(['Foo…']);
    signal({ foreground: { pid: 10, isFullScreen: false } });
    pass(60);
    expect(names()).toEqual(['Foo…']);
    signal({ foreground: { pid: 77, isFullScreen: false } });
    pass(9);
    expect(names()).toEqual(['Foo…']);
    pass(1);
    expect(names()).toEqual([]);
    tracker.started({ ...match, pid: 12 });
    expect(names()).toEqual(['Foo']);
    tracker.ended(12);
    expect(names()).toEqual(['Foo…']);
  });

  it.each(['/opt/Heroic/heroic', '/home/ann/.local/share/Steam/ubuntu12_32/steam', '/usr/bin/lutris'])(
    'the client of a store, %s, that stays with its other children keeps no game',
    (client) => {
      const { tracker, names, signal } = track();
      tracker.started(processFacts(20, client));
      tracker.started(processFacts(21, '/opt/store/steamwebhelper', { parentPid: 20 }));
      tracker.started(processFacts(22, '/opt/store/CefSharp.BrowserSubprocess', { parentPid: 20 }));
      tracker.started(processFacts(23, '/bin/sh', { parentPid: 20, argv: ['sh', '/games/Foo/run.sh'] }));
      tracker.started({ ...match, pid: 24, parentPid: 23 });
      expect(names()).toEqual(['Foo']);
      tracker.started(processFacts(25, '/opt/store/overlay-helper', { parentPid: 20 }));
      signal({ foreground: { pid: 20, isFullScreen: false } });
      tracker.ended(24);
      tracker.ended(23);
      expect(names()).toEqual([]);
      expect(tracker.isRecording()).toBe(false);
    },
  );

  it('the game goes on while a launcher that came later is in front', () => {
    const { tracker, names, signal } = track();
    tracker.started(foo);
    tracker.started(processFacts(20, '/games/Foo/FooLauncher'));
    tracker.started(processFacts(21, '/games/Foo/cef/view', { parentPid: 20 }));
    signal({ foreground: { pid: 21, isFullScreen: true } });
    tracker.ended(10);
    expect(names()).toEqual(['Foo…']);
    signal({ foreground: null });
    expect(names()).toEqual([]);
  });

  it('a crash reporter does not hold the game', () => {
    const { tracker, names } = track();
    tracker.started(processFacts(9, '/games/Foo/CrashReporter'));
    tracker.started(foo);
    tracker.ended(10);
    expect(names()).toEqual([]);
  });

  it('the program that a store’s client started, and that started the game, is its launcher too', () => {
    const { tracker, names, choose } = track();
    tracker.started(processFacts(8, '/opt/heroic/heroic'));
    tracker.started(processFacts(9, '/opt/foo-online/portal', { parentPid: 8 }));
    tracker.started({ ...foo, parentPid: 9 });
    tracker.ended(10);
    expect(names()).toEqual(['Foo…']);
    choose({});
    expect(names()).toEqual(['Foo…']);
    tracker.ended(9);
    expect(names()).toEqual([]);
  });
});

it('knows programs that record the screen while they run', () => {
  const { tracker } = track();
  tracker.started(processFacts(10, '/usr/bin/SimpleScreenRecorder'));
  expect(tracker.isRecording()).toBe(true);
  tracker.ended(10);
  expect(tracker.isRecording()).toBe(false);
});

describe('what may wait', () => {
  const tool = processFacts(20, '/usr/bin/true');

  it('is a stranger that runs a plain program which was judged before', () => {
    const { tracker } = track();
    expect(tracker.mayWait(20, tool.executable)).toBe(false);
    tracker.started(tool);
    expect(tracker.mayWait(21, tool.executable)).toBe(true);
    // What ran in it before is known: its program is not that any more.
    expect(tracker.mayWait(20, tool.executable)).toBe(false);
  });

  it('is judged like any other when it is looked at, the signals of meanwhile included', () => {
    const { tracker, names, signal } = track();
    tracker.started(tool);
    expect(tracker.mayWait(21, tool.executable)).toBe(true);
    signal({ gameMode: [21] });
    expect(names()).toEqual([]);
    tracker.compared([20, 21], () => processFacts(21, tool.executable));
    expect(names()).not.toEqual([]);
  });

  it('is nothing any more once the settings have changed', () => {
    const { tracker, names, choose } = track();
    tracker.started(tool);
    choose({ include: ['true'] });
    expect(tracker.mayWait(21, tool.executable)).toBe(false);
    tracker.started({ ...tool, pid: 21 });
    expect(names()).toEqual(['true']);
    expect(tracker.mayWait(22, tool.executable)).toBe(false);
  });

  it('is not a copy of what a game runs', () => {
    const { tracker } = track();
    tracker.started(tool);
    tracker.started(foo);
    tracker.forked(30, 10);
    expect(tracker.mayWait(30, tool.executable)).toBe(false);
    tracker.forked(31, 20);
    expect(tracker.mayWait(31, tool.executable)).toBe(true);
  });
});
