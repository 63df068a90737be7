import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Win32Registry } from '../../../src/agent/games/libraries/registry.win32.ts';
import { exclusiveScreenReader } from '../../../src/agent/games/signals/exclusive-screen.win32.ts';
import { ForegroundReader } from '../../../src/agent/games/signals/foreground-reader.win32.ts';
import { createForegroundWindow } from '../../../src/agent/games/signals/foreground-window.win32.ts';
import { createLastInput } from '../../../src/agent/games/signals/last-input.win32.ts';
import { createMeteredNetwork } from '../../../src/agent/games/signals/metered-network.win32.ts';
import { createOthersLoad } from '../../../src/agent/games/signals/others-load.win32.ts';
import { ProcessorTimes } from '../../../src/agent/games/signals/processor-times.win32.ts';
import { createSteamApp } from '../../../src/agent/games/signals/steam-app.win32.ts';
import { User32 } from '../../../src/agent/games/signals/user32.win32.ts';
import { Toolhelp } from '../../../src/agent/games/toolhelp.win32.ts';
import { Actor } from './actor.ts';

/** Runs on Windows: what looking costs; one JSON line. Pass a compiled actor.c to look at its window. */
const [program] = process.argv.slice(2);
const QUIET_MS = 5_000;

function microseconds(look: () => unknown, times = 500): number {
  for (let warmUp = 0; warmUp < 50; warmUp += 1) look();
  const startedMs = performance.now();
  for (let time = 0; time < times; time += 1) look();
  return Math.round(((performance.now() - startedMs) / times) * 1e4) / 10;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

async function measure(): Promise<object> {
  await using actor = program === undefined ? undefined : new Actor(program);
  await actor?.tell('window popup 0 0 300 200');
  const user32 = new User32();
  const reader = new ForegroundReader();
  const isExclusive = exclusiveScreenReader();
  const registry = new Win32Registry(process.env);
  const toolhelp = new Toolhelp();
  const times = new ProcessorTimes();
  const looks = {
    foregroundHandle: microseconds(() => user32.foregroundWindow()),
    foreground: microseconds(() => reader.read()),
    notificationState: microseconds(isExclusive),
    steamValue: microseconds(() =>
      registry.value('HKEY_CURRENT_USER', 'Software\\Valve\\Steam', 'RunningAppID'),
    ),
    processList: microseconds(() => toolhelp.processes(), 50),
    processTimes: microseconds(() => times.process(process.pid)),
    machineTimes: microseconds(() => times.machine()),
  };
  const idleFromMs = cpuMs();
  await delay(QUIET_MS);
  const idleMs = cpuMs() - idleFromMs;
  const logger = pino({ level: 'warn' }, process.stderr);
  const signals = [
    createForegroundWindow(logger),
    createLastInput(logger),
    createSteamApp(logger),
    createMeteredNetwork(logger),
    createOthersLoad(() => [process.pid]),
  ];
  for (const signal of signals) await signal.start();
  const fromMs = cpuMs();
  await delay(QUIET_MS);
  const allMs = cpuMs() - fromMs;
  for (const signal of signals) signal[Symbol.dispose]();
  return { looksMicroseconds: looks, cpuMsWithout: idleMs, cpuMsWith: allMs, quietMs: QUIET_MS };
}

process.stdout.write(`${JSON.stringify(await measure())}\n`);
