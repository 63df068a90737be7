import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** The app that Steam runs; null where that is not known. On Linux command lines tell it instead. */
export async function openSteamApp(logger: Logger): Promise<Signal<number | null>> {
  if (process.platform === 'win32') {
    const { createSteamApp } = await import('./steam-app.win32.ts');
    return createSteamApp(logger);
  }
  return new ConstantSignal('no-steam-app', null);
}
