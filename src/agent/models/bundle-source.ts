import type { GataError } from '../../shared/gata-error.ts';
import type { ModelFile, ModelManifest } from '../../shared/model-manifest.ts';

/** The rest of a file. */
export interface FileBytes {
  /** Where it starts: at the offset that was asked for, or at 0. */
  readonly offset: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The bytes of a successful response to a request with a `Range` header. */
export function bytesOfResponse(response: Response, offset: number): FileBytes {
  return { offset: response.status === 206 ? offset : 0, bytes: response.body ?? emptyBytes() };
}

async function* emptyBytes(): AsyncGenerator<Uint8Array> {}

/** Where a bundle's files come from. What a source says is checked, never trusted. */
export interface FileSource {
  /**
   * The file's bytes from `offset` on, or all of them when the source knows no ranges.
   * @throws GataError when the source cannot be reached or does not have the file.
   */
  open(file: ModelFile, offset: number, signal: AbortSignal): Promise<FileBytes>;
  /** The error for a connection to this source that failed. */
  unreachable(cause: unknown): GataError;
}

/** A source that knows bundles by their digest: the gateway. */
export interface BundleSource extends FileSource {
  /** @throws GataError `unknown-model`, or that the source cannot be reached. */
  manifest(digest: string, signal: AbortSignal): Promise<ModelManifest>;
}

/** A source that is one model the user wants: a folder, or a repository of a model hub. */
export interface ModelSource extends FileSource {
  /** @throws GataError that says what is missing, or that the source cannot be reached. */
  describe(signal: AbortSignal): Promise<ModelManifest>;
}
