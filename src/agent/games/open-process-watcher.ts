import type { Logger } from 'pino';
import { GataError } from '../../shared/gata-error.ts';
import type { ProcessWatcher } from './process-watcher.ts';

/**
 * The best process watcher that works here. Native code is loaded only for the platform at hand.
 * @param polling Asks for a watcher that needs no events from the system.
 * @throws GataError on a platform Gata cannot watch.
 */
export async function openProcessWatcher(
  logger: Logger,
  { polling = false }: { polling?: boolean } = {},
): Promise<ProcessWatcher> {
  if (process.platform === 'win32') {
    const { createToolhelpWatcher } = await import('./process-watcher.win32.ts');
    return createToolhelpWatcher();
  }
  if (process.platform !== 'linux') {
    throw new GataError('internal-error', 'Gata can see games on Windows and Linux only. Run it there.');
  }
  const { ProcReader } = await import('./proc-reader.linux.ts');
  const reader = new ProcReader();
  if (!polling) {
    try {
      const { ProcConnectorWatcher } = await import('./process-watcher.linux.ts');
      return new ProcConnectorWatcher(reader);
    } catch (error) {
      logger.info({ err: error }, 'No proc connector here; processes are polled instead.');
    }
  }
  const { createProcPollWatcher } = await import('./process-watcher.proc-poll.ts');
  return createProcPollWatcher(reader);
}
