import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGameWatcher } from '../../../src/agent/games/game-watcher.ts';
import { openProcessWatcher } from '../../../src/agent/games/open-process-watcher.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { ProgramFolder } from '../../support/game-process.ts';
import { setSignals } from '../../support/game-watcher-parts.ts';

const PROCESSES = 10_000;
const PER_SECOND = 500;
const GAMES = 100;
/** A machine that is busy with other tests may hold us up for longer than this: the test may be run again. */
const GAME_SECONDS = 0.2;

const logger = pino({ level: 'silent' });
const mechanism = process.platform === 'linux' ? await mechanismHere() : 'none';

async function mechanismHere(): Promise<string> {
  using watcher = await openProcessWatcher(logger);
  return watcher.mechanism;
}

describe.skipIf(mechanism !== 'proc-connector')(`every start (${mechanism} here)`, () => {
  it(`sees ${GAMES} games among ${PROCESSES} short-lived processes, and nothing else`, {
    timeout: 120_000,
    retry: 2,
  }, async () => {
    using programs = new ProgramFolder();
    const names = Array.from({ length: GAMES }, (_, index) => `Game ${index}`);
    const library = programs.library(...names);
    const games = names.map((name) => programs.add(`${name}/play`));
    const swarm = join(programs.path, 'swarm');
    execFileSync('cc', ['-O2', '-o', swarm, join(import.meta.dirname, '../../support/process-swarm.c')]);

    const watcher = createGameWatcher({
      settings: () => DEFAULT_SETTINGS.games,
      library,
      signals: setSignals(),
      ownPids: () => [],
      logger,
      clock: systemClock,
    });
    onTestFinished(() => watcher[Symbol.asyncDispose]());
    const seen = new Set<string>();
    const own = () => watcher.running().filter(({ executable }) => executable.includes('gata-programs-'));
    watcher.on('change', () => {
      for (const { name } of own()) seen.add(name);
    });
    await watcher.start();

    const before = { atMs: performance.now(), cpu: process.cpuUsage() };
    const every = String(PROCESSES / GAMES);
    const args = ['/bin/true', String(PROCESSES), String(PER_SECOND), every, String(GAME_SECONDS), ...games];
    const stalls = monitorEventLoopDelay({ resolution: 5 });
    stalls.enable();
    const child = spawn(swarm, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const [exitCode] = await once(child, 'close');
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: '0\n' });
    const seconds = (performance.now() - before.atMs) / 1000;
    const cpu = process.cpuUsage(before.cpu);
    const perStartMs = (cpu.user + cpu.system) / 1000 / PROCESSES;
    console.log(
      `${PROCESSES} starts in ${seconds.toFixed(1)} s; ${perStartMs.toFixed(3)} ms of processor time a start; held up for at most ${(stalls.max / 1e6).toFixed(0)} ms; saw ${seen.size} games`,
    );

    await vi.waitFor(() => expect(own()).toEqual([]), { timeout: 10_000 });
    expect([...seen].sort()).toEqual(names.toSorted());
  });
});
