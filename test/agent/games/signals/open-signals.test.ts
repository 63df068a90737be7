import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openForegroundWindow } from '../../../../src/agent/games/signals/open-foreground-window.ts';
import { openGameMode } from '../../../../src/agent/games/signals/open-game-mode.ts';
import { openLastInput } from '../../../../src/agent/games/signals/open-last-input.ts';
import { openMeteredNetwork } from '../../../../src/agent/games/signals/open-metered-network.ts';
import { openOthersLoad } from '../../../../src/agent/games/signals/open-others-load.ts';
import { openSteamApp } from '../../../../src/agent/games/signals/open-steam-app.ts';
import type { Signal } from '../../../../src/agent/games/signals/signal.ts';

const logger = pino({ level: 'silent' });

describe('signals of this machine', () => {
  it.each<[string, () => Promise<Signal<unknown>>]>([
    ['openForegroundWindow', () => openForegroundWindow(logger)],
    ['openLastInput', () => openLastInput(logger)],
    ['openGameMode', () => openGameMode(logger)],
    ['openMeteredNetwork', () => openMeteredNetwork(logger)],
    ['openSteamApp', () => openSteamApp(logger)],
    ['openOthersLoad', () => openOthersLoad(() => [process.pid])],
  ])('%s opens, looks and closes, whatever this desktop offers', async (_, open) => {
    const signal = await open();
    await signal.start();
    const listener = () => undefined;
    signal.on('change', listener);
    signal.off('change', listener);
    expect(signal.value).not.toBeUndefined();
    signal[Symbol.dispose]();
    signal[Symbol.dispose]();
  });

  it.skipIf(process.platform !== 'linux')('asks Steam on Windows only', async () => {
    using signal = await openSteamApp(logger);
    expect(signal.value).toBeNull();
  });
});
