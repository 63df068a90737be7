import { GataError } from '../../shared/gata-error.ts';

/** PostgreSQL's SQLSTATE for a full disk. */
const SQLSTATE_DISK_FULL = '53100';
const DISK_FULL_CODES = new Set(['ENOSPC', 'EDQUOT', SQLSTATE_DISK_FULL]);

/** The error to show for a failed write: `disk-full` by its own name, anything else as it is. */
export function storeFailure(error: unknown): GataError {
  if (error instanceof Error && 'code' in error && DISK_FULL_CODES.has(String(error.code))) {
    return diskFull(error);
  }
  return GataError.from(error);
}

export function diskFull(cause?: unknown): GataError {
  return new GataError('disk-full', 'The gateway has no disk space left. Free some, then try again.', {
    cause,
  });
}
