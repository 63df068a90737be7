import { renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Logger, pino } from 'pino';

const FILE_BYTES_LIMIT = 1_000_000;

/**
 * The shell's log, `logs/shell.log` in the data folder. The shell writes a few lines a day, so a full file is
 * set aside only when the next run begins.
 */
export function openShellLog(dataFolder: string): { readonly logger: Logger } & Disposable {
  const file = path.join(dataFolder, 'logs', 'shell.log');
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size > FILE_BYTES_LIMIT) renameSync(file, `${file}.old`);
  const destination = pino.destination({ dest: file, mkdir: true, sync: true });
  return { logger: pino({ name: 'shell' }, destination), [Symbol.dispose]: () => destination.end() };
}
