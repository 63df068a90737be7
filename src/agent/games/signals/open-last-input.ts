import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** When the user last touched keyboard, mouse or screen; null where that is not known. */
export async function openLastInput(
  logger: Logger,
  clock: Clock = systemClock,
): Promise<Signal<Date | null>> {
  if (process.platform === 'win32') {
    const { createLastInput } = await import('./last-input.win32.ts');
    return createLastInput(logger);
  }
  if (process.platform === 'linux') {
    const { createLastInput } = await import('./last-input.linux.ts');
    return createLastInput(logger, process.env, clock);
  }
  return new ConstantSignal('no-last-input', null);
}
