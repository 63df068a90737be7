import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** Pids of the programs that asked Feral GameMode for speed; empty where that does not run. */
export async function openGameMode(logger: Logger): Promise<Signal<readonly number[]>> {
  if (process.platform === 'linux') {
    const { createGameMode } = await import('./game-mode.linux.ts');
    return createGameMode(logger, process.env);
  }
  return new ConstantSignal('no-game-mode', []);
}
