import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** When the user last touched keyboard, mouse or screen; null where that is not known. */
export async function openLastInput(logger: Logger): Promise<Signal<Date | null>> {
  logger.debug({ platform: process.platform }, "The user's inputs are not known here.");
  return new ConstantSignal('no-last-input', null);
}
