import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { GataError } from '../shared/gata-error.ts';

/**
 * Replaces a file in one step with content that only the user can read: a reader sees the old content or the
 * new, also when the machine goes down in between.
 * @throws GataError `disk-full`; `data-folder-unusable` when the file cannot be written for another reason.
 */
export function writePrivateFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flush: true });
    // The mode above is ignored when a draft was left over.
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw asWriteError(path, error);
  }
}

/** The GataError for a file that could not be written. */
export function asWriteError(path: string, error: unknown): GataError {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new GataError('disk-full', `The disk is full: ${path} could not be written. Free some space.`, {
      cause: error,
    });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new GataError(
    'data-folder-unusable',
    `${path} could not be written (${detail}). Check who owns the data folder, or choose another with --data-dir.`,
    { cause: error },
  );
}
