import { createHash } from 'node:crypto';
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import { asWriteError } from '../private-file.ts';
import { hashFileInto } from './file-hash.ts';
import type { FileSource, PinnedFile } from './file-source.ts';

const RETRY_DELAYS_MS = [250, 1_000, 3_000, 10_000];
const PASSING_CODES: readonly ErrorCode[] = [
  'gateway-unreachable',
  'model-source-unreachable',
  'library-source-unreachable',
];

export interface ResumableDownload<File extends PinnedFile> {
  readonly file: File;
  readonly source: FileSource<File>;
  /** Grows while bytes arrive and is continued by the next download of the file. */
  readonly partialPath: string;
  /** Is there only whole, verified and read-only. */
  readonly path: string;
  /** The error for bytes that were wrong twice. */
  readonly corrupt: (file: File) => GataError;
  readonly signal: AbortSignal;
  /** Called with the bytes of this file that are on the disk. */
  readonly onBytes: (bytes: number) => void;
  /** How long to wait after each failure in a row, before giving up. */
  readonly retryDelaysMs?: readonly number[];
}

/**
 * Fetches one file, verified by size and SHA-256. A cut connection is continued where it stopped; bytes that
 * turn out wrong are thrown away and fetched once more.
 * @throws GataError `corrupt`'s when the bytes are wrong twice, `disk-full`, or the source's error.
 */
export async function downloadFile<File extends PinnedFile>(
  download: ResumableDownload<File>,
): Promise<void> {
  const delaysMs = download.retryDelaysMs ?? RETRY_DELAYS_MS;
  let wrong = 0;
  let failures = 0;
  let reached = 0;
  for (;;) {
    try {
      const sha256 = await continuePartial(download, (bytes) => {
        if (bytes > reached) {
          reached = bytes;
          failures = 0;
        }
        download.onBytes(bytes);
      });
      if (sha256 === download.file.sha256) break;
      await rm(download.partialPath, { force: true });
      wrong += 1;
      if (wrong === 2) throw download.corrupt(download.file);
    } catch (error) {
      download.signal.throwIfAborted();
      const wait = delaysMs[failures];
      if (!isPassing(error)) throw error;
      if (wait === undefined) throw error instanceof GataError ? error : download.source.unreachable(error);
      failures += 1;
      await delay(wait, undefined, { signal: download.signal });
    }
  }
  await writing(download.path, async () => {
    await chmod(download.partialPath, 0o400);
    await rename(download.partialPath, download.path);
  });
}

/** Appends what is missing to the partial file and returns the SHA-256 of the whole, or of too much. */
async function continuePartial<File extends PinnedFile>(
  { file, source, partialPath, signal }: ResumableDownload<File>,
  onBytes: (bytes: number) => void,
): Promise<string> {
  let bytes = await sizeOf(partialPath);
  if (bytes > file.bytes) {
    await rm(partialPath, { force: true });
    bytes = 0;
  }
  let hash = createHash('sha256');
  if (bytes > 0) await hashFileInto(hash, partialPath, signal);
  onBytes(bytes);
  await using output = await writing(partialPath, () => open(partialPath, 'a', 0o600));
  if (bytes < file.bytes) {
    const rest = await source.open(file, bytes, signal);
    if (rest.offset !== bytes) {
      await output.truncate(0);
      bytes = 0;
      hash = createHash('sha256');
    }
    for await (const piece of rest.bytes) {
      bytes += piece.byteLength;
      // More than announced can only be wrong: do not let it fill the disk.
      if (bytes > file.bytes) {
        await output.truncate(0);
        return '';
      }
      hash.update(piece);
      await writing(partialPath, () => output.writeFile(piece));
      onBytes(bytes);
    }
    if (bytes < file.bytes) throw new TypeError('The connection ended before the whole file was there.');
  }
  await writing(partialPath, () => output.sync());
  return hash.digest('hex');
}

/** Worth trying again: the network failed, not the file or the disk. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof GataError)) return true;
  return PASSING_CODES.includes(error.code);
}

async function writing<Result>(path: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    throw asWriteError(path, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
