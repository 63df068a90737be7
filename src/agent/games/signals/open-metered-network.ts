import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** Whether the network is billed by volume; null where that is not known. */
export async function openMeteredNetwork(logger: Logger): Promise<Signal<boolean | null>> {
  logger.debug({ platform: process.platform }, 'Costs of the network are not known here.');
  return new ConstantSignal('no-metered-network', null);
}
