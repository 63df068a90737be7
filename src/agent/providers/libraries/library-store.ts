import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { GataError } from '../../../shared/gata-error.ts';
import { type LibraryFile, libraryBytes, type ProviderLibrary } from '../../../shared/provider-library.ts';
import { sha256OfFile } from '../../downloads/file-hash.ts';
import { asWriteError } from '../../private-file.ts';
import { HEADER_BYTES, isLibraryFor, isLibraryName } from './library-header.ts';

const REMOVED = /\.removed$/;

/**
 * The libraries on the disk, for the user alone: `partial/<id>-<digest>` grows while a library is fetched and
 * becomes `installed/<id>-<digest>` in one step, whole. The digest is of all that is signed of the library, so that
 * another version is another folder.
 */
export class LibraryStore {
  readonly #partial: string;
  readonly #installed: string;

  constructor(folder: string) {
    this.#partial = join(folder, 'partial');
    this.#installed = join(folder, 'installed');
  }

  /** Makes the folders and finishes removals that were interrupted. @throws GataError `data-folder-unusable`. */
  async prepare(): Promise<void> {
    try {
      for (const folder of [this.#partial, this.#installed]) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const name of await readdir(folder)) {
          if (REMOVED.test(name)) await rm(join(folder, name), { recursive: true, force: true });
        }
      }
    } catch (error) {
      throw asWriteError(this.#installed, error);
    }
  }

  folderOf(library: ProviderLibrary): string {
    return join(this.#installed, keyOf(library));
  }

  /** Where a file grows, and where it lies when it is whole. */
  partialPaths(library: ProviderLibrary, { name }: LibraryFile): { partialPath: string; path: string } {
    const path = join(this.#partial, keyOf(library), name);
    return { partialPath: `${path}.partial`, path };
  }

  async preparePartial(library: ProviderLibrary): Promise<void> {
    const folder = join(this.#partial, keyOf(library));
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw asWriteError(folder, error);
    });
  }

  /** Bytes of a fetched file that are here, whole or not. */
  async partialBytes(library: ProviderLibrary, file: LibraryFile): Promise<number> {
    const { partialPath, path } = this.partialPaths(library, file);
    const found =
      (await lstat(path).catch(() => undefined)) ?? (await lstat(partialPath).catch(() => undefined));
    return Math.min(found?.size ?? 0, file.bytes);
  }

  /** Whether a file was fetched before, whole; one that was changed since is removed. */
  async hasFetched(library: ProviderLibrary, file: LibraryFile, signal: AbortSignal): Promise<boolean> {
    const { path } = this.partialPaths(library, file);
    if ((await lstat(path).catch(() => undefined))?.isFile() !== true) return false;
    if ((await sha256OfFile(path, signal)) === file.sha256) return true;
    await rm(path, { force: true });
    return false;
  }

  /** Bytes that the disk has left for this user. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#partial);
    return bavail * bsize;
  }

  /** Puts a library in its place whose files are all fetched. @throws GataError `disk-full` or another of writing. */
  async install(library: ProviderLibrary): Promise<void> {
    const from = join(this.#partial, keyOf(library));
    const folder = this.folderOf(library);
    try {
      const wanted = new Set(library.files.map(({ name }) => name));
      for (const name of await readdir(from)) {
        if (!wanted.has(name)) await rm(join(from, name), { recursive: true, force: true });
      }
      await rm(folder, { recursive: true, force: true });
      await rename(from, folder);
    } catch (error) {
      throw asWriteError(folder, error);
    }
    await this.#removeWhere(library.id, (name) => name !== keyOf(library));
  }

  async discardPartial(library: ProviderLibrary): Promise<void> {
    await rm(join(this.#partial, keyOf(library)), { recursive: true, force: true });
  }

  /** Removes every version of a library, whole or not. @throws GataError `conflict` while it is in use. */
  async remove(id: string): Promise<boolean> {
    return await this.#removeWhere(id, () => true);
  }

  /** A quick look, for people: whether there is a folder, and whether its files have the right sizes. */
  async look(library: ProviderLibrary): Promise<'absent' | 'present' | 'damaged'> {
    const folder = this.folderOf(library);
    if ((await lstat(folder).catch(() => undefined)) === undefined) return 'absent';
    for (const file of library.files) {
      const found = await lstat(join(folder, file.name)).catch(() => undefined);
      if (found?.isFile() !== true || found.size !== file.bytes) return 'damaged';
    }
    return 'present';
  }

  /**
   * Reads every byte of an installed library. Sizes and dates of files prove nothing to whom wants to be fooled, so
   * nothing is remembered of the last time.
   * @throws GataError `corrupt-library` or `library-refused`; the signal's reason.
   */
  async verify(library: ProviderLibrary, signal: AbortSignal): Promise<string> {
    const folder = this.folderOf(library);
    for (const file of library.files) {
      const path = join(folder, file.name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined) throw damaged(library, `${file.name} is missing`);
      if (!found.isFile()) throw damaged(library, `${file.name} is no plain file`);
      if (found.size !== file.bytes) throw damaged(library, `${file.name} has another size`);
      if ((await sha256OfFile(path, signal)) !== file.sha256)
        throw damaged(library, `${file.name} was changed`);
    }
    const strange = (await readdir(folder)).find((name) => !library.files.some((file) => file.name === name));
    if (strange !== undefined) throw damaged(library, `${strange} does not belong to it`);
    await checkHeaders(library, folder);
    return folder;
  }

  /** @throws GataError `library-refused` when what was fetched is no library for its platform. */
  async checkFetched(library: ProviderLibrary): Promise<void> {
    await checkHeaders(library, join(this.#partial, keyOf(library)));
  }

  async #removeWhere(id: string, isUnwanted: (name: string) => boolean): Promise<boolean> {
    const isOfId = new RegExp(`^${id}-[0-9a-f]{16}$`);
    let removed = false;
    for (const folder of [this.#installed, this.#partial]) {
      for (const name of await readdir(folder)) {
        if (!isOfId.test(name) || !isUnwanted(name)) continue;
        const aside = join(folder, `${name}.${randomBytes(4).toString('hex')}.removed`);
        try {
          // In one step: half a library is never found.
          await rename(join(folder, name), aside);
        } catch (error) {
          throw new GataError('conflict', `${id} is in use. Pause compute, then remove it.`, {
            cause: error,
          });
        }
        await rm(aside, { recursive: true, force: true });
        removed = true;
      }
    }
    return removed;
  }
}

function keyOf(library: ProviderLibrary): string {
  const digest = createHash('sha256').update(JSON.stringify(library)).digest('hex');
  return `${library.id}-${digest.slice(0, 16)}`;
}

/** @returns how many bytes of the disk a download takes beyond what is here. */
export function missingBytes(library: ProviderLibrary, hereBytes: number): number {
  return Math.max(0, libraryBytes(library) - hereBytes);
}

async function checkHeaders(library: ProviderLibrary, folder: string): Promise<void> {
  for (const { name } of library.files) {
    if (name !== library.entryFile && !isLibraryName(name)) continue;
    await using file = await open(join(folder, name), 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    if (isLibraryFor(buffer.subarray(0, bytesRead), library)) continue;
    throw new GataError(
      'library-refused',
      `${name} is not a library for ${library.platform} ${library.architecture}, so ${library.id} was not used. Tell the network's operator.`,
    );
  }
}

function damaged({ id }: ProviderLibrary, what: string): GataError {
  return new GataError('corrupt-library', `${id} is damaged: ${what}. Remove it and download it again.`);
}
