import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../scripts/start/summary.ts';
import { BusyBuyer } from '../test/support/busy-buyer.ts';
import { startLoop } from '../test/support/loop.ts';
import { isAlive, workersOf } from '../test/support/process-tree.ts';
import type { BenchResult } from './report.ts';

const SAMPLES = 100;
const RESUME_DELAY_SECONDS = 0.2;
const GAME_NAME = 'bench-game';
const PATIENCE_MS = 20_000;

/**
 * With a worker busy generating: from the start of a game's process to the worker's process being gone, and
 * from the game's end to the next token at the buyer, less the configured delay.
 */
export async function run(): Promise<BenchResult> {
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
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const workers = workersOf(loop.agent.endpoint.pid);
    if (workers.length === 0) throw new Error('There is no worker, though tokens are coming.');

    const gameStarted = performance.now();
    const process = spawn(game, ['600'], { stdio: 'ignore' });
    await until(() => !workers.some(isAlive), gameStarted + PATIENCE_MS);
    pauseMs.push(performance.now() - gameStarted);

    await sleep(100);
    const gameEnded = performance.now();
    process.kill('SIGKILL');
    await buyer.nextToken(PATIENCE_MS);
    resumeMs.push(performance.now() - gameEnded - RESUME_DELAY_SECONDS * 1000);
    // Not at the same point of the generation each time.
    await sleep(50 + 10 * (sample % 20));
  }
  return {
    samples: SAMPLES,
    figures: {
      pauseMsP50: percentile(pauseMs, 0.5),
      pauseMsP99: percentile(pauseMs, 0.99),
      pauseMsMaximum: Math.max(...pauseMs),
      resumeMsP50: percentile(resumeMs, 0.5),
      resumeMsMaximum: Math.max(...resumeMs),
    },
    peers: { 'BOINC, poll interval in ms (its documentation)': 10_000 },
    promises: [
      { figure: 'pauseMsP50', op: '<=', value: 80 },
      { figure: 'pauseMsP99', op: '<=', value: 150 },
      { figure: 'resumeMsMaximum', op: '<=', value: 3000 },
    ],
  };
}

/** Looks every millisecond, so that the figure is not finer than that but hardly coarser. */
async function until(condition: () => boolean, deadline: number): Promise<void> {
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('The worker outlived the game by far.');
    await sleep(1);
  }
}
