import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { asWriteError } from './private-file.ts';
import { RotatingLogFile } from './rotating-log-file.ts';

const FILE_BYTES_LIMIT = 4 * 1024 * 1024;
const FILES_LIMIT = 5;

/** Fields that never reach the log, at the top of an entry or one level down. */
const SECRET_FIELDS = ['token', 'tokens', 'authorization', 'password', 'apiKey', 'privateKey', 'signature'];

/** The logs' folder inside the data folder. */
export function logFolder(dataFolder: string): string {
  return join(dataFolder, 'logs');
}

/** Path of the log file that is written now. */
export function newestLogFile(dataFolder: string): string {
  return join(logFolder(dataFolder), 'agent.log');
}

/** Paths of the log files, newest first; not all need exist. */
export function logFiles(dataFolder: string): string[] {
  const newest = newestLogFile(dataFolder);
  return Array.from({ length: FILES_LIMIT }, (_, age) => (age === 0 ? newest : `${newest}.${age}`));
}

/**
 * A logger that writes JSON lines to `logs/agent.log` in the data folder, at most 20 MB in all.
 * @throws GataError `data-folder-unusable` or `disk-full`.
 */
export function createLogger(dataFolder: string): { logger: Logger; file: RotatingLogFile } {
  const folder = logFolder(dataFolder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asWriteError(folder, error);
  }
  const file = new RotatingLogFile({
    path: newestLogFile(dataFolder),
    bytesLimit: FILE_BYTES_LIMIT,
    filesLimit: FILES_LIMIT,
  });
  const logger = pino(
    {
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    file,
  );
  return { logger, file };
}
