import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../scripts/start/summary.ts';
import { BusyBuyer } from '../test/support/busy-buyer.ts';
import { startLoop } from '../test/support/loop.ts';
import { isAlive, workersOf } from '../test/support/process-tree.ts';
import { measureSignals } from './pause-by-signal.ts';
import type { BenchOptions, BenchResult } from './report.ts';
import { measureToolhelp } from './toolhelp.ts';

const SAMPLES = { full: 100, quick: 10 };
const SAMPLES_BY_SIGNAL = { full: 200, quick: 10 };
const RESUME_DELAY_SECONDS = 0.2;
const GAME_NAME = 'bench-game';
const PATIENCE_MS = 20_000;

/**
 * How fast compute gets out of the way of a game: alone on the machine, and by each signal on a busy machine, as far
 * as the driver's word that the card's memory is free. Under Wine only the notice is measured, and not judged: Wine
 * starts processes slower than Windows.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const size = quick ? 'quick' : 'full';
  const alone = await measurePauseAndResume(SAMPLES[size]);
  const bySignal = await measureSignals(SAMPLES_BY_SIGNAL[size]);
  const toolhelp = await measureToolhelp(SAMPLES_BY_SIGNAL[size]);
  return {
    samples: SAMPLES[size] + 3 * SAMPLES_BY_SIGNAL[size],
    figures: { ...alone, ...bySignal, ...toolhelp },
    peers: { 'BOINC, poll interval in ms (its documentation)': 10_000 },
    promises: [
      { figure: 'pauseMsP50', op: '<=', value: 80 },
      { figure: 'pauseMsP99', op: '<=', value: 150 },
      { figure: 'resumeMsMaximum', op: '<=', value: 3000 },
      { figure: 'byProcConnectorMemoryFreeMsP99', op: '<=', value: 150 },
      { figure: 'byPollingMemoryFreeMsP99', op: '<=', value: 300 },
      { figure: 'byLeaseOverlapMsMaximum', op: '<=', value: 0 },
    ],
  };
}

/**
 * With a worker busy generating: from the start of a game's process to the worker's process being gone, and
 * from the game's end to the next token at the buyer, less the configured delay.
 */
async function measurePauseAndResume(samples: number): Promise<Record<string, number>> {
  await using loop = await startLoop();
  await loop.agent.request('PATCH', '/v1/settings', {
    games: { include: [GAME_NAME], resumeDelaySeconds: RESUME_DELAY_SECONDS },
  });
  const game = path.join(loop.folder, GAME_NAME);
  copyFileSync('/bin/sleep', game);

  await using buyer = new BusyBuyer(loop.gateway.url, loop.gateway.apiKey);
  await buyer.nextToken(PATIENCE_MS);

  const pauseMs: number[] = [];
  const resumeMs: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const workers = workersOf(loop.agent.endpoint.pid);
    if (workers.length === 0) throw new Error('There is no worker, though tokens are coming.');

    const gameStarted = performance.now();
    const process = spawn(game, ['600'], { stdio: 'ignore' });
    await until(() => !workers.some(isAlive), gameStarted + PATIENCE_MS);
    pauseMs.push(performance.now() - gameStarted);

    await sleep(50);
    const gameEnded = performance.now();
    process.kill('SIGKILL');
    await buyer.nextToken(PATIENCE_MS);
    resumeMs.push(performance.now() - gameEnded - RESUME_DELAY_SECONDS * 1000);
    // Not at the same point of the generation each time.
    await sleep(20 + 8 * (sample % 20));
  }
  return {
    pauseMsP50: percentile(pauseMs, 0.5),
    pauseMsP99: percentile(pauseMs, 0.99),
    pauseMsMaximum: Math.max(...pauseMs),
    resumeMsP50: percentile(resumeMs, 0.5),
    resumeMsMaximum: Math.max(...resumeMs),
  };
}

/** Looks every millisecond, so that the figure is not finer than that but hardly coarser. */
async function until(condition: () => boolean, deadline: number): Promise<void> {
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('The worker outlived the game by far.');
    await sleep(1);
  }
}
