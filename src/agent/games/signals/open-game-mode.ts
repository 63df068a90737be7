import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** Pids of the programs that asked Feral GameMode for speed; empty where that does not run. */
export async function openGameMode(logger: Logger): Promise<Signal<readonly number[]>> {
  logger.debug({ platform: process.platform }, 'Programs in GameMode are not known here.');
  return new ConstantSignal('no-game-mode', []);
}
