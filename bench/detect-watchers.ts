import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { createGameWatcher } from '../src/agent/games/game-watcher.ts';
import { createGameLibrary } from '../src/agent/games/libraries/create-game-library.ts';
import { ConstantSignal } from '../src/agent/games/signals/constant-signal.ts';
import { openForegroundWindow } from '../src/agent/games/signals/open-foreground-window.ts';
import { openGameMode } from '../src/agent/games/signals/open-game-mode.ts';
import { openLastInput } from '../src/agent/games/signals/open-last-input.ts';
import { openMeteredNetwork } from '../src/agent/games/signals/open-metered-network.ts';
import { openOthersLoad } from '../src/agent/games/signals/open-others-load.ts';
import { openSteamApp } from '../src/agent/games/signals/open-steam-app.ts';
import { systemClock } from '../src/shared/clock.ts';
import { DEFAULT_SETTINGS } from '../src/shared/settings.ts';

/**
 * All that the agent watches a machine with, and nothing else of it: for each line of its input it prints the
 * processor time that it has used, in microseconds. Its log, which names the mechanisms, goes to standard error. With
 * `--calm` it watches as the agent does while nothing may compute.
 */
const logger = pino({}, process.stderr);
// Nothing of the watchers keeps a program alive.
setInterval(() => undefined, 2 ** 30);
const [foreground, gameMode, steamApp, lastInput, metered, load] = await Promise.all([
  openForegroundWindow(logger),
  openGameMode(logger),
  openSteamApp(logger),
  openLastInput(logger),
  openMeteredNetwork(logger),
  openOthersLoad(() => [process.pid], logger),
]);
const library = await createGameLibrary({ logger, clock: systemClock, userFolders: () => [] });
const games = createGameWatcher({
  settings: () => DEFAULT_SETTINGS.games,
  library,
  // What draws on the cards comes with their readings, which are the guard's.
  signals: { foreground, gameMode, steamApp, graphics: new ConstantSignal('no-graphics', null) },
  ownPids: () => [process.pid],
  logger,
  clock: systemClock,
});
const signals = [foreground, gameMode, steamApp, lastInput, metered, load];
await Promise.all(signals.map((signal) => signal.start()));
await games.start();
games.hurry(!process.argv.includes('--calm'));
await library.start();
for await (const _line of createInterface({ input: process.stdin })) {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
}
process.exit(0);
