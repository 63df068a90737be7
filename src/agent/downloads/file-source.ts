import type { GataError } from '../../shared/gata-error.ts';

/** A file whose every byte is pinned. */
export interface PinnedFile {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** The rest of a file. */
export interface FileBytes {
  /** Where it starts: at the offset that was asked for, or at 0. */
  readonly offset: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Where pinned files come from. What a source says is checked, never trusted. */
export interface FileSource<File extends PinnedFile> {
  /**
   * The file's bytes from `offset` on, or all of them when the source knows no ranges.
   * @throws GataError when the source cannot be reached or does not have the file.
   */
  open(file: File, offset: number, signal: AbortSignal): Promise<FileBytes>;
  /** The error for a connection to this source that failed. */
  unreachable(cause: unknown): GataError;
}

/** The bytes of a successful response to a request with a `Range` header. */
export function bytesOfResponse(response: Response, offset: number): FileBytes {
  return { offset: response.status === 206 ? offset : 0, bytes: response.body ?? emptyBytes() };
}

async function* emptyBytes(): AsyncGenerator<Uint8Array> {}
