import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createGameWatcher } from '../../../src/agent/games/game-watcher.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { SetLibrary, setSignals } from '../game-watcher-parts.ts';

/**
 * Runs on Windows: starts programs in a game's folder and outside, and writes one JSON line for each change
 * that the game watcher tells, and one for each start and end that it should see.
 */
function report(line: object): void {
  process.stdout.write(`${JSON.stringify({ atMs: performance.now(), ...line })}\n`);
}

/** Runs the Windows Node for `aliveMs` as the program at this path below the script's folder. */
async function play(name: string, aliveMs: number): Promise<void> {
  const renamed = join(import.meta.dirname, name);
  mkdirSync(dirname(renamed), { recursive: true });
  renameSync(program, renamed);
  const child = spawn(renamed, ['-e', `setTimeout(() => {}, ${aliveMs})`], { stdio: 'ignore' });
  await once(child, 'spawn');
  report({ event: 'spawned', program: name, pid: child.pid });
  await once(child, 'exit');
  report({ event: 'exited', program: name });
  // Longer than the watcher's period.
  await delay(400);
  renameSync(renamed, program);
}

// A copy: Wine names a program by the first of its hard links.
const program = join(import.meta.dirname, 'program.exe');
copyFileSync(process.execPath, program);
const logger = pino({ level: 'info' }, process.stderr);
{
  const library = new SetLibrary();
  library.add(`${import.meta.dirname.replaceAll('\\', '/')}/Foo Game`);
  await using watcher = createGameWatcher({
    settings: () => ({
      ...DEFAULT_SETTINGS.games,
      include: ['My Own Game.exe'],
      exclude: ['foo_viewer.exe'],
    }),
    library,
    signals: setSignals(),
    ownPids: () => [],
    logger,
    clock: systemClock,
  });
  watcher.on('change', () => {
    report({
      event: 'change',
      games: watcher
        .running()
        .map(({ name, pid, executable }) => ({ name, pid, file: basename(executable) })),
    });
  });
  await watcher.start();
  await play('Foo Game/foo.exe', 500);
  await play('my own game.exe', 500);
  await play('Foo Game/foo_viewer.exe', 500);
  await play('Foo Game/UnityCrashHandler64.exe', 500);
  await play('editor.exe', 500);
}
