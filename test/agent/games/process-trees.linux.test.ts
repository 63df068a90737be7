import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGameWatcher, type GameQuestion } from '../../../src/agent/games/game-watcher.ts';
import { openProcessWatcher } from '../../../src/agent/games/open-process-watcher.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { ProgramFolder } from '../../support/game-process.ts';
import { type SetLibrary, setSignals } from '../../support/game-watcher-parts.ts';

/** Watches with what this machine offers; `mine` tells the views of programs in the test's own folder. */
async function watchGames(programs: ProgramFolder, library: SetLibrary, polling = false) {
  let settings: Settings['games'] = DEFAULT_SETTINGS.games;
  const logger = pino({ level: 'silent' });
  const signals = setSignals();
  const watcher = createGameWatcher({
    settings: () => settings,
    library,
    signals,
    ownPids: () => [],
    logger,
    clock: systemClock,
    processWatcher: await openProcessWatcher(logger, { polling }),
  });
  onTestFinished(() => watcher[Symbol.asyncDispose]());
  const questions: GameQuestion[] = [];
  watcher.on('question', (question) => questions.push(question));
  await watcher.start();
  const folder = realpathSync(programs.path);
  return {
    watcher,
    signals,
    questions,
    mine: () => watcher.running().filter(({ executable }) => executable.startsWith(folder)),
    choose: (choices: Settings['games']['choices']) => {
      settings = { ...settings, choices };
      watcher.refresh();
    },
  };
}

const canMakeContainer = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
const python = '/usr/bin/python3';

describe.skipIf(process.platform !== 'linux').each([false, true])(
  'process trees (polling: %s)',
  (polling) => {
    it('follows what a launcher left behind when it ended, outside the game’s folder', async () => {
      using programs = new ProgramFolder();
      const unpacked = programs.add('unpacked/play');
      // A double fork: the program is nobody's child in the end. Polling sees what is there for a while.
      const between = polling ? 'sleep 0.4' : ':';
      const start = programs.addScript(
        'Foo/foo.sh',
        `#!/bin/sh\nsleep 0.4\n('${unpacked}' 2 &\n${between})\nsleep 0.3\n`,
      );
      const { mine } = await watchGames(programs, programs.library('Foo'), polling);
      const launcher = await programs.start(start);
      await vi.waitFor(() => expect(mine()).toMatchObject([{ name: 'Foo', pid: launcher.pid }]));
      await vi.waitFor(() => expect(launcher.exitCode).toBe(0), { timeout: 5000 });
      await delay(200);
      expect(mine()).toMatchObject([{ name: 'Foo', certainty: 'game' }]);
      expect(mine()[0]?.pid).not.toBe(launcher.pid);
      await vi.waitFor(() => expect(mine()).toEqual([]), { timeout: 10_000 });
    });

    it('sees a game at the end of a chain of programs that become each other', async () => {
      using programs = new ProgramFolder();
      const game = programs.add('Foo/foo');
      const wrapper = programs.addScript('wrapper.sh', `#!/bin/sh\nexec env A=1 nice -n 1 '${game}' 30\n`);
      const { mine } = await watchGames(programs, programs.library('Foo'), polling);
      const child = await programs.start('/bin/sh', '-c', `exec '${wrapper}'`);
      await vi.waitFor(() => expect(mine()).toMatchObject([{ name: 'Foo', pid: child.pid }]));
    });

    it('is not held by what the game leaves behind that is none of it', async () => {
      using programs = new ProgramFolder();
      const reporter = programs.add('Foo/CrashReporter');
      const start = programs.addScript('Foo/foo.sh', `#!/bin/sh\n('${reporter}' 30 &)\nsleep 0.7\n`);
      const { mine } = await watchGames(programs, programs.library('Foo'), polling);
      await programs.start(start);
      await vi.waitFor(() => expect(mine()).toHaveLength(1));
      await vi.waitFor(() => expect(mine()).toEqual([]), { timeout: 5000 });
      spawnSync('pkill', ['-P', '1', '-f', reporter]);
    });

    it.skipIf(!canMakeContainer)('sees a game in a container by its pid on this side', async () => {
      using programs = new ProgramFolder();
      const game = programs.add('Foo/foo');
      const { mine } = await watchGames(programs, programs.library('Foo'), polling);
      const inside = ['--pid', '--fork', '--mount-proc', '--kill-child', game, '30'];
      const container = await programs.start('/usr/bin/unshare', ...inside);
      await vi.waitFor(() => expect(mine()).toMatchObject([{ name: 'Foo', executable: realpathSync(game) }]));
      expect(mine()[0]?.pid).not.toBe(1);
      container.kill('SIGKILL');
      await vi.waitFor(() => expect(mine()).toEqual([]), { timeout: 5000 });
    });

    it('sees a game whose name is no valid text', async () => {
      using programs = new ProgramFolder();
      const game = programs.add('Foo/foo');
      const name = `${dirname(game)}/$(printf 'f\\303\\050o\\377')`;
      const { mine } = await watchGames(programs, programs.library('Foo'), polling);
      await programs.start('/bin/sh', '-c', `cp '${game}' "${name}"; exec "${name}" 30`);
      await vi.waitFor(() => expect(mine()).toMatchObject([{ name: 'Foo' }]));
    });

    it.skipIf(!existsSync(python))('keeps a game that changes its name and its command line', async () => {
      using programs = new ProgramFolder();
      const game = programs.add('Foo/foo');
      copyFileSync(realpathSync(python), game);
      const { watcher, mine } = await watchGames(programs, programs.library('Foo'), polling);
      const code =
        'import ctypes, time\n' +
        'libc = ctypes.CDLL(None)\n' +
        'libc.prctl(15, b"kworker/0:1", 0, 0, 0)\n' +
        'time.sleep(30)\n';
      const { pid } = await programs.start(game, '-S', '-c', code);
      await vi.waitFor(() => expect(mine()).toMatchObject([{ name: 'Foo', pid }]));
      await delay(300);
      watcher.refresh();
      expect(mine()).toMatchObject([{ name: 'Foo', pid }]);
    });
  },
);

describe.skipIf(process.platform !== 'linux')('choices and questions', () => {
  it('asks once about what may be a game, and knows its cards', async () => {
    using programs = new ProgramFolder();
    const { signals, questions, mine, choose } = await watchGames(programs, programs.library());
    const child = await programs.start(programs.add('stuff/play'), '30');
    signals.graphics.set([{ pid: child.pid, gpuUuid: 'GPU-2' }]);
    expect(mine()).toEqual([]);
    await vi.waitFor(() => {
      signals.foreground.set({ pid: child.pid, isFullScreen: true });
      expect(mine()).toMatchObject([{ certainty: 'maybe', choice: 'pause', gpuUuids: ['GPU-2'] }]);
    });
    const [view] = mine();
    if (view === undefined) throw new Error('no view');
    const { key, name, executable, why } = view;
    expect(questions).toEqual([{ key, name, executable, why }]);
    expect(key).toBe(`program:${realpathSync(join(programs.path, 'stuff/play'))}`);

    choose({ [key]: 'ignore' });
    expect(mine()).toEqual([]);
    choose({ [key]: 'share' });
    expect(mine()).toMatchObject([{ key, certainty: 'game', choice: 'share' }]);
    choose({});
    expect(mine()).toMatchObject([{ key, certainty: 'maybe', choice: 'pause' }]);
    signals.graphics.set(null);
    expect(mine()).toMatchObject([{ key, gpuUuids: null }]);
    expect(questions).toHaveLength(1);
  });

  it('ignores an installed game with all its processes', async () => {
    using programs = new ProgramFolder();
    const library = programs.library('Foo');
    const { mine, choose, questions } = await watchGames(programs, library);
    await programs.start(programs.add('Foo/foo'), '30');
    await vi.waitFor(() => expect(mine()).toHaveLength(1));
    choose({ [mine()[0]?.key ?? '']: 'ignore' });
    expect(mine()).toEqual([]);
    await programs.start(programs.add('Foo/bin/other'), '30');
    await delay(300);
    expect(mine()).toEqual([]);
    expect(questions).toEqual([]);
  });

  it('judges anew when a game was installed', async () => {
    using programs = new ProgramFolder();
    const library = programs.library();
    const { mine } = await watchGames(programs, library);
    await programs.start(programs.add('Late/late'), '30');
    await delay(300);
    expect(mine()).toEqual([]);
    library.add(join(realpathSync(programs.path), 'Late'));
    await vi.waitFor(() => expect(mine()).toMatchObject([{ name: 'Late' }]));
  });
});

const isRoot = process.getuid?.() === 0;
it.skipIf(process.platform !== 'linux' || !isRoot)('reads what it may of other users’ processes', () => {
  const source = join(import.meta.dirname, '../../../src/agent/games/proc-reader.linux.ts');
  const program = `
    import { ProcReader } from ${JSON.stringify(source)};
    console.log(JSON.stringify(new ProcReader().list().find(({ pid }) => pid === ${process.pid})));`;
  const node = ['--input-type=module-typescript', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8', uid: 65534, gid: 65534 });
  const facts: unknown = JSON.parse(stdout || 'null');
  expect(facts, stderr).toMatchObject({ pid: process.pid, parentPid: process.ppid });
  expect(facts).toMatchObject({ executable: expect.not.stringContaining('/') });
});
