import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createLastInput } from '../../../src/agent/games/signals/last-input.win32.ts';
import { Actor } from './actor.ts';
import { waitFor } from './wait-for.ts';

/** Runs on Windows: what the signal says while a program moves the mouse; one JSON line. */
const [program = ''] = process.argv.slice(2);
const touches: { delayMs: number; errorMs: number }[] = [];
let changes = 0;
let changesByTouches = 0;
{
  using signal = createLastInput(pino({ level: 'warn' }, process.stderr));
  await using actor = new Actor(program);
  // Input comes to a desktop that has a window.
  await actor.tell('window popup 0 0 100 100');
  await actor.tell('touch');
  await signal.start();
  signal.on('change', () => {
    changes += 1;
  });
  for (let touch = 0; touch < 3; touch += 1) {
    await delay(2_500);
    const doneAtMs = await actor.tell('touch');
    const toldAtMs = await waitFor(signal, (value) => (value?.getTime() ?? 0) > doneAtMs - 1_000);
    touches.push({ delayMs: toldAtMs - doneAtMs, errorMs: (signal.value?.getTime() ?? 0) - doneAtMs });
  }
  changesByTouches = changes;
  await delay(1_500);
}
const changesInQuiet = changes - changesByTouches;
process.stdout.write(`${JSON.stringify({ touches, changesByTouches, changesInQuiet })}\n`);
