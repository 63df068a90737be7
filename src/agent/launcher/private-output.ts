import { fstatSync, type Stats } from 'node:fs';
import { GataError } from '../../shared/gata-error.ts';

const STANDARD_OUTPUT = 1;

/**
 * Makes sure that what is written to standard output reaches the program that started this one, and nobody else.
 * @throws GataError `invalid-request` when it is a terminal, a file, or systemd's journal.
 */
export function requirePrivateOutput(environment: NodeJS.ProcessEnv): void {
  if (isPrivateOutput(outputStats(), environment.JOURNAL_STREAM)) return;
  throw new GataError(
    'invalid-request',
    '--hand-over-token needs a pipe as standard output, which the launcher reads; a terminal, a file or the journal would keep the token.',
  );
}

/** @param journalStream device and inode of systemd's journal, `8:4711`, as systemd.exec(5) describes it. */
export function isPrivateOutput(
  stats: Pick<Stats, 'isFIFO' | 'isSocket' | 'dev' | 'ino'> | undefined,
  journalStream: string | undefined,
): boolean {
  if (stats === undefined || !(stats.isFIFO() || stats.isSocket())) return false;
  return journalStream !== `${stats.dev}:${stats.ino}`;
}

/** Undefined when there is no standard output. */
function outputStats(): Stats | undefined {
  try {
    return fstatSync(STANDARD_OUTPUT);
  } catch {
    return undefined;
  }
}
