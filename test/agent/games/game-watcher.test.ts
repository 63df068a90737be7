import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GameNews } from '../../../src/agent/games/game-news.ts';
import {
  createGameWatcher,
  type GameQuestion,
  type GameWatcher,
} from '../../../src/agent/games/game-watcher.ts';
import type {
  ProcessFacts,
  ProcessListener,
  ProcessWatcher,
} from '../../../src/agent/games/process-watcher.ts';
import { gameViewSchema } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { ProgramFolder } from '../../support/game-process.ts';
import { SetLibrary, setSignals } from '../../support/game-watcher-parts.ts';

/** A time that begins where it is told and moves by a second a reading. */
function steppingClock() {
  let seconds = 0;
  return { now: () => new Date(Date.UTC(2030, 0, 1) + 1000 * seconds++) };
}

interface Watched {
  readonly watcher: GameWatcher;
  readonly signals: ReturnType<typeof setSignals>;
  readonly questions: GameQuestion[];
  /** Names of the running games at each change. */
  readonly changes: string[][];
}

interface WatchOptions extends Partial<Settings['games']> {
  readonly library?: SetLibrary;
  readonly processWatcher?: ProcessWatcher;
  readonly ownPids?: readonly number[];
}

async function watchGames(options: WatchOptions = {}): Promise<Watched> {
  const { library = new SetLibrary(), processWatcher, ownPids = [], ...lists } = options;
  const games = { ...DEFAULT_SETTINGS.games, ...lists };
  const signals = setSignals();
  const watcher = createGameWatcher({
    settings: () => games,
    library,
    signals,
    ownPids: () => ownPids,
    logger: pino({ level: 'silent' }),
    clock: steppingClock(),
    ...(processWatcher && { processWatcher }),
  });
  onTestFinished(() => watcher[Symbol.asyncDispose]());
  const changes: string[][] = [];
  watcher.on('change', () => {
    // Somebody may be playing on this machine while the tests run.
    const own = watcher.running().filter(({ executable }) => /^\/games\/|gata-programs-/.test(executable));
    const names = own.map(({ name }) => name);
    if (names.join() !== (changes.at(-1) ?? []).join()) changes.push(names);
  });
  const questions: GameQuestion[] = [];
  watcher.on('question', (question) => questions.push(question));
  await watcher.start();
  return { watcher, signals, questions, changes };
}

describe.skipIf(process.platform !== 'linux')('with real processes', () => {
  it('sees a game of the user’s list start and end, and nothing else', async () => {
    using programs = new ProgramFolder();
    const game = programs.add('My Game');
    const { watcher, changes } = await watchGames({ include: ['my game'] });
    await programs.start(programs.add('not my game'), '30');
    const child = await programs.start(game, '30');
    await vi.waitFor(() => expect(changes).toEqual([['My Game']]));
    const [view] = watcher.running();
    expect(gameViewSchema.parse(view)).toMatchObject({
      pid: child.pid,
      name: 'My Game',
      executable: realpathSync(game),
      why: 'Your list of games has “my game”.',
    });
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(changes).toEqual([['My Game'], []]));
    expect(watcher.running()).toEqual([]);
  });

  it('knows games that ran before it started', async () => {
    using programs = new ProgramFolder();
    const library = programs.library('Foo');
    await programs.start(programs.add('Foo/foo.x86_64'), '30');
    const { changes } = await watchGames({ library });
    expect(changes).toEqual([['Foo']]);
  });

  it('judges anew when the lists change', async () => {
    using programs = new ProgramFolder();
    const library = programs.library('Foo');
    await programs.start(programs.add('Foo/foo.x86_64'), '30');
    const exclude: string[] = [];
    const { watcher, changes } = await watchGames({ library, exclude });
    exclude.push('foo.x86_64');
    watcher.refresh();
    exclude.pop();
    watcher.refresh();
    expect(changes).toEqual([['Foo'], [], ['Foo']]);
  });

  it('counts a game once, however many processes it has, until the last has ended', async () => {
    using programs = new ProgramFolder();
    const { changes } = await watchGames({ library: programs.library('Foo') });
    const main = await programs.start(programs.add('Foo/foo'), '30');
    await programs.start(programs.add('Foo/UnityCrashHandler64'), '30');
    const second = await programs.start(programs.add('Foo/bin/physics'), '30');
    main.kill('SIGKILL');
    await delay(200);
    expect(changes.at(-1)).toEqual(['Foo']);
    second.kill('SIGKILL');
    await vi.waitFor(() => expect(changes.at(-1)).toEqual([]));
  });

  it('sees a script, and the program that it becomes', async () => {
    using programs = new ProgramFolder();
    const game = programs.add('the game');
    const script = programs.addScript('play.sh', `#!/bin/sh\nsleep 0.3\nexec '${game}' 30\n`);
    const { watcher, changes } = await watchGames({ include: ['play.sh', 'the game'] });
    const child = await programs.start(script);
    await vi.waitFor(() => expect(changes).toEqual([['play'], ['the game']]));
    expect(watcher.running()[0]?.pid).toBe(child.pid);
  });

  it('follows a game that leaves its work to a fork of itself', async () => {
    using programs = new ProgramFolder();
    const game = programs.add('forking game');
    copyFileSync('/bin/sh', game);
    const { watcher, changes } = await watchGames({ include: ['forking game'] });
    const parent = await programs.start(game, '-c', 'sleep 0.5; (sleep 1; :) & exit 0');
    await vi.waitFor(() => expect(watcher.running()[0]?.pid).toBe(parent.pid));
    await vi.waitFor(() => expect(watcher.running()[0]?.pid).not.toBe(parent.pid));
    expect(watcher.running()).toMatchObject([{ name: 'forking game' }]);
    await vi.waitFor(() => expect(changes.at(-1)).toEqual([]), { timeout: 3000 });
    expect(changes.filter((names) => names.length === 0)).toHaveLength(1);
  });

  it('finds a game that left its work to a fork before anybody looked', async () => {
    using programs = new ProgramFolder();
    const game = programs.add('quick game');
    copyFileSync('/bin/sh', game);
    const { changes } = await watchGames({ include: ['quick game'] });
    // Both the start and the end of the first process wait to be read together.
    spawnSync(game, ['-c', '(sleep 5; :) > /dev/null 2>&1 & exit 0'], { stdio: 'ignore' });
    await vi.waitFor(() => expect(changes).toEqual([['quick game']]), { timeout: 5000 });
  });

  const python = '/usr/bin/python3';
  it.skipIf(!existsSync(python))(
    'keeps a game whose first thread has ended until the others have',
    async () => {
      using programs = new ProgramFolder();
      const game = programs.add('threaded game');
      copyFileSync(realpathSync(python), game);
      const { changes } = await watchGames({ include: ['threaded game'] });
      const code =
        'import ctypes, os, threading, time\n' +
        'threading.Thread(target=lambda: (time.sleep(2.5), os._exit(0))).start()\n' +
        // Seen before, as a game is: nothing can be read of a process whose first thread has ended.
        'time.sleep(1)\n' +
        'ctypes.CDLL(None).pthread_exit(None)\n';
      const child = await programs.start(game, '-S', '-c', code);
      await vi.waitFor(() => expect(changes.at(-1)).toEqual(['threaded game']));
      await delay(1500);
      expect(child.exitCode).toBeNull();
      expect(changes.at(-1)).toEqual(['threaded game']);
      await vi.waitFor(() => expect(changes.at(-1)).toEqual([]), { timeout: 5000 });
    },
  );

  it('takes another watcher when its own breaks', async () => {
    using programs = new ProgramFolder();
    const broken = new ScriptedWatcher();
    const { changes } = await watchGames({ include: ['game after a break'], processWatcher: broken });
    broken.listener?.onBroken(new Error('it broke'));
    await programs.start(programs.add('game after a break'), '30');
    await vi.waitFor(() => expect(changes).toEqual([['game after a break']]));
    expect(broken.disposed).toBe(true);
  });
});

/** A process watcher whose news and lists are made by the test, at the boundary to the system. */
class ScriptedWatcher implements ProcessWatcher {
  readonly mechanism = 'scripted';
  listener: ProcessListener | undefined;
  processes: ProcessFacts[] = [];
  disposed = false;
  readonly hurries: boolean[] = [];

  start(listener: ProcessListener): void {
    this.listener = listener;
  }

  watchClosely(): void {}

  hurry(hurries: boolean): void {
    this.hurries.push(hurries);
  }

  pids(): readonly number[] {
    return this.processes.map(({ pid }) => pid);
  }

  isRunning(pid: number): boolean {
    return this.read(pid) !== undefined;
  }

  list(): ProcessFacts[] {
    return this.processes;
  }

  read(pid: number): ProcessFacts | undefined {
    return this.processes.find((process) => process.pid === pid);
  }

  [Symbol.dispose](): void {
    this.disposed = true;
  }
}

describe('what told of a game', () => {
  const game: ProcessFacts = {
    ...{ pid: 7, parentPid: 0, startOrder: 4200, identity: '1' },
    ...{ executable: '/games/Hades/hades2.exe', argv: ['hades2.exe'] },
  };

  it('is told with it, and when', async () => {
    const library = new SetLibrary();
    library.add('/games/Hades');
    const processWatcher = new ScriptedWatcher();
    processWatcher.processes = [game];
    const exclude: string[] = [];
    const { watcher, signals } = await watchGames({ library, processWatcher, exclude });
    const told: GameNews[] = [];
    watcher.on('change', (news) => told.push(news));
    const beforeMs = performance.now();
    exclude.push('hades2.exe');
    watcher.refresh();
    exclude.pop();
    library.add('/games/Other');
    signals.graphics.set([{ pid: 7, gpuUuid: 'GPU-1' }]);
    processWatcher.processes = [];
    processWatcher.listener?.onEnd(7);
    processWatcher.processes = [game];
    processWatcher.listener?.onStart(game);
    expect(told.map(({ signal }) => signal)).toEqual([
      ...['settings', 'installed-games', 'graphics', 'process-snapshot', 'process-snapshot'],
    ]);
    expect(watcher.startOrderOf(7)).toBe(4200);
    expect(watcher.startOrderOf(8)).toBeNull();
    for (const { seenMs } of told) {
      expect(seenMs).toBeGreaterThanOrEqual(beforeMs);
      expect(seenMs).toBeLessThanOrEqual(performance.now());
    }
  });
});

describe('when news gets lost', () => {
  const game: ProcessFacts = {
    pid: 7,
    parentPid: 0,
    startOrder: null,
    identity: '1',
    executable: '/games/Hades/hades2.exe',
    argv: ['hades2.exe'],
  };
  const library = new SetLibrary();
  library.add('/games/Hades');

  it('looks at all processes again', async () => {
    const processWatcher = new ScriptedWatcher();
    const { changes } = await watchGames({ library, processWatcher });
    processWatcher.processes = [game];
    processWatcher.listener?.onLost();
    expect(changes).toEqual([['Hades']]);
  });

  it('notices by itself that a game has ended', async () => {
    const processWatcher = new ScriptedWatcher();
    processWatcher.processes = [game];
    const { changes } = await watchGames({ library, processWatcher });
    processWatcher.processes = [{ ...game, identity: '2', executable: '/bin/ls', argv: ['ls'] }];
    await vi.waitFor(() => expect(changes).toEqual([['Hades'], []]), { timeout: 5000 });
  });

  it('tells of no change where there is none', async () => {
    const processWatcher = new ScriptedWatcher();
    processWatcher.processes = [game];
    const { watcher, changes } = await watchGames({ library, processWatcher });
    processWatcher.listener?.onStart(game);
    processWatcher.listener?.onStart({ ...game, pid: 8 });
    processWatcher.listener?.onEnd(99);
    watcher.refresh();
    expect(changes).toEqual([['Hades']]);
  });
});

it('hands on that there is a hurry', async () => {
  const processWatcher = new ScriptedWatcher();
  const { watcher } = await watchGames({ processWatcher });
  watcher.hurry(false);
  watcher.hurry(true);
  expect(processWatcher.hurries).toEqual([true, false, true]);
});

it('closes its process watcher, also when disposed before it has started', async () => {
  const processWatcher = new ScriptedWatcher();
  const { watcher, changes } = await watchGames({ processWatcher });
  await watcher[Symbol.asyncDispose]();
  expect(processWatcher.disposed).toBe(true);
  watcher.refresh();
  expect(changes).toEqual([]);

  const early = createGameWatcher({
    settings: () => DEFAULT_SETTINGS.games,
    library: new SetLibrary(),
    signals: setSignals(),
    ownPids: () => [],
    logger: pino({ level: 'silent' }),
    clock: steppingClock(),
  });
  const started = early.start();
  await early[Symbol.asyncDispose]();
  await started;
  expect(early.running()).toEqual([]);
});
