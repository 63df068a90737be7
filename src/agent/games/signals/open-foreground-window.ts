import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { ForegroundWindow, Signal } from './signal.ts';

/** The window that the user looks at; null where that is not known. */
export async function openForegroundWindow(logger: Logger): Promise<Signal<ForegroundWindow | null>> {
  logger.debug({ platform: process.platform }, 'Windows are not known here.');
  return new ConstantSignal('no-foreground-window', null);
}
