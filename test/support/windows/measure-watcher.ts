import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createGameWatcher } from '../../../src/agent/games/game-watcher.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { SetLibrary, setSignals } from '../game-watcher-parts.ts';

/**
 * Runs on Windows, for the benchmarks, and prints one JSON object. `PROGRAM GAMES PROCESSES STARTS SECONDS`: starts
 * PROGRAM as a game that many times and measures until the watcher tells of it; then, with PROCESSES others alive and
 * STARTS more a second, measures the share of a core that this process takes, less what it takes without a watcher.
 */
const [source = '', games = '0', processes = '0', starts = '0', seconds = '0'] = process.argv.slice(2);
const game = join(import.meta.dirname, 'game.exe');
const other = join(import.meta.dirname, 'other.exe');
copyFileSync(source, game);
copyFileSync(source, other);

const open = () =>
  createGameWatcher({
    settings: () => ({ ...DEFAULT_SETTINGS.games, include: ['game.exe'] }),
    library: new SetLibrary(),
    signals: setSignals(),
    ownPids: () => [],
    logger: pino({ enabled: false }),
    clock: systemClock,
  });

async function noticeMs(count: number): Promise<number[]> {
  await using watcher = open();
  await watcher.start();
  const found: number[] = [];
  for (let sample = 0; sample < count; sample += 1) {
    const told = nextChange(watcher);
    const started = performance.now();
    const child = spawn(game, { stdio: 'ignore' });
    await told;
    found.push(performance.now() - started);
    const ended = nextChange(watcher);
    child.kill();
    await ended;
    // Not at the same point of the watcher's period each time.
    await delay(10 * (sample % 15));
  }
  return found;
}

function nextChange(watcher: ReturnType<typeof open>): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      watcher.off('change', listener);
      resolve();
    };
    watcher.on('change', listener);
  });
}

/** Share of one core that this process takes while programs start and end. */
async function churn(forSeconds: number, perSecond: number): Promise<number> {
  const before = process.cpuUsage();
  const began = performance.now();
  const ends: Promise<unknown>[] = [];
  while (performance.now() - began < forSeconds * 1000) {
    if (perSecond > 0) ends.push(once(spawn(other, ['200'], { stdio: 'ignore' }), 'exit'));
    await delay(1000 / Math.max(perSecond, 1));
  }
  await Promise.all(ends);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - began);
}

async function costs(): Promise<{ watching: number; without: number }> {
  const others = Array.from({ length: Number(processes) }, () => spawn(other, { stdio: 'ignore' }));
  try {
    await Promise.all(others.map((child) => once(child, 'spawn')));
    await delay(2000);
    const without = await churn(Number(seconds), Number(starts));
    await using watcher = open();
    await watcher.start();
    await delay(2500);
    return { without, watching: await churn(Number(seconds), Number(starts)) };
  } finally {
    for (const child of others) child.kill();
  }
}

const found = await noticeMs(Number(games));
const { watching, without } = Number(seconds) > 0 ? await costs() : { watching: 0, without: 0 };
process.stdout.write(JSON.stringify({ noticeMs: found, watching, without }));
process.exit(0);
