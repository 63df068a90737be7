import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** The id of the app that Steam runs, 0 for none; null where that is not known. Linux: command lines tell it. */
export async function openSteamApp(logger: Logger): Promise<Signal<number | null>> {
  logger.debug({ platform: process.platform }, 'Steam apps are not known here.');
  return new ConstantSignal('no-steam-app', null);
}
