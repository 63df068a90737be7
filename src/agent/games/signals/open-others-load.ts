import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { OthersLoad, Signal } from './signal.ts';

/**
 * The processors' load by programs other than Gata.
 * @param ownPids Gata's own processes; what they started is counted with them.
 * @param logger told when Windows does not answer.
 */
export async function openOthersLoad(
  ownPids: () => readonly number[],
  logger?: Logger,
): Promise<Signal<OthersLoad>> {
  if (process.platform === 'win32') {
    const { createOthersLoad } = await import('./others-load.win32.ts');
    return createOthersLoad(ownPids, { logger });
  }
  if (process.platform === 'linux') {
    const { ProcOthersLoad } = await import('./others-load.linux.ts');
    return new ProcOthersLoad(ownPids);
  }
  return new ConstantSignal('no-others-load', { processor: null });
}
