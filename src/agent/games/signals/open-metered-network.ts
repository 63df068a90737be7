import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { Signal } from './signal.ts';

/** Whether the network is billed by volume; null where that is not known. */
export async function openMeteredNetwork(logger: Logger): Promise<Signal<boolean | null>> {
  if (process.platform === 'win32') {
    const { createMeteredNetwork } = await import('./metered-network.win32.ts');
    return createMeteredNetwork(logger);
  }
  if (process.platform === 'linux') {
    const { createMeteredNetwork } = await import('./metered-network.linux.ts');
    return createMeteredNetwork(logger, process.env);
  }
  return new ConstantSignal('no-metered-network', null);
}
