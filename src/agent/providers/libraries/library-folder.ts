import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GataError } from '../../../shared/gata-error.ts';
import type { LibraryFile, ProviderLibrary } from '../../../shared/provider-library.ts';
import type { FileBytes, FileSource } from '../../downloads/file-source.ts';

/** A folder of this machine, or a stick, with a library's files in it. */
export class LibraryFolder implements FileSource<LibraryFile> {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws GataError `invalid-request` when there is no such folder. */
  static async open(folder: string): Promise<LibraryFolder> {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) {
      throw new GataError('invalid-request', `There is no folder ${folder}.`, { param: 'folder' });
    }
    return new LibraryFolder(folder);
  }

  /** What the folder lacks of a library, by the names and sizes of its files. */
  async lacks({ files }: ProviderLibrary): Promise<LibraryFile[]> {
    const lacking: LibraryFile[] = [];
    for (const file of files) {
      const found = await stat(join(this.#folder, file.name)).catch(() => undefined);
      if (found?.isFile() !== true || found.size !== file.bytes) lacking.push(file);
    }
    return lacking;
  }

  open(file: LibraryFile, offset: number, signal: AbortSignal): Promise<FileBytes> {
    const path = join(this.#folder, file.name);
    const bytes = createReadStream(path, { start: offset, signal, highWaterMark: 512 * 1024 });
    return Promise.resolve({ offset, bytes });
  }

  unreachable(cause: unknown): GataError {
    return new GataError('invalid-request', `The files in ${this.#folder} could not be read.`, {
      param: 'folder',
      cause,
    });
  }
}
