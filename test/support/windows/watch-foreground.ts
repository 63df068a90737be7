import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createForegroundWindow } from '../../../src/agent/games/signals/foreground-window.win32.ts';
import type { ForegroundWindow } from '../../../src/agent/games/signals/signal.ts';
import { Actor } from './actor.ts';
import { waitFor } from './wait-for.ts';

/** Runs on Windows: what the signal says while a program shows windows; one JSON line. */
const [program = ''] = process.argv.slice(2);
const logger = pino({ level: 'warn' }, process.stderr);
const seen: { window: string; isFullScreen: boolean | null; delayMs: number }[] = [];
let before: ForegroundWindow | null = null;
let after: ForegroundWindow | null = null;
let firstLookMs = 0;
{
  using signal = createForegroundWindow(logger);
  const startedMs = performance.now();
  await signal.start();
  firstLookMs = performance.now() - startedMs;
  before = signal.value;
  {
    await using actor = new Actor(program);
    await using other = new Actor(program);
    const show = async (who: Actor, window: string, isFullScreen: boolean) => {
      const doneAtMs = await who.tell(`window ${window}`);
      const toldAtMs = await waitFor(
        signal,
        (value) => value?.pid === who.pid && value.isFullScreen === isFullScreen,
      );
      // Some looks later nothing has changed.
      await delay(300);
      const isStillFullScreen = signal.value?.pid === who.pid ? signal.value.isFullScreen : null;
      seen.push({ window, isFullScreen: isStillFullScreen, delayMs: Math.max(0, toldAtMs - doneAtMs) });
    };
    await show(actor, 'popup 10 10 300 200', false);
    await show(other, 'popup 0 0 1024 768', true);
    await show(actor, 'captioned 0 0 1024 768', false);
    await show(actor, 'popup -5 -5 2000 2000', true);
    await show(actor, 'maximized 0 0 1024 768', false);
    await show(other, 'popup 0 0 1024 700', false);
    await show(actor, 'popup 0 0 1024 768', true);
  }
  await waitFor(signal, (value) => value?.isFullScreen !== true);
  after = signal.value;
}
process.stdout.write(`${JSON.stringify({ before, seen, after, firstLookMs })}\n`);
