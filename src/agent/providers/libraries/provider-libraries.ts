import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { GataError } from '../../../shared/gata-error.ts';
import {
  type LibraryFile,
  libraryBytes,
  type PluginProvider,
  type ProviderLibrary,
} from '../../../shared/provider-library.ts';
import type { LibraryView } from '../../../shared/providers-page.ts';
import type { FileSource } from '../../downloads/file-source.ts';
import { downloadFile } from '../../downloads/resumable-download.ts';
import { LibraryDownloads } from './library-downloads.ts';
import { LibraryFolder } from './library-folder.ts';
import { LibraryStore, missingBytes } from './library-store.ts';
import { isForPlatform, type Machine, refusalOf } from './machine.ts';
import type { TrustedManifest } from './trusted-manifest.ts';

/** Left free on the disk, for everything else. */
const SPARE_BYTES = 256 * 1024 * 1024;

export interface ProviderLibrariesOptions {
  /** The libraries' own folder. */
  readonly folder: string;
  readonly manifest: Pick<TrustedManifest, 'libraries' | 'problem' | 'staleProblem' | 'refresh'>;
  readonly machine: Machine;
  readonly logger: Logger;
  /** Bytes that the disk has left; asked of the system unless told otherwise. */
  readonly freeBytes?: () => Promise<number>;
  /** How long a download waits after each failure in a row. */
  readonly retryDelaysMs?: readonly number[];
}

/** A library whose every byte was just read and is what the network signed. */
export interface VerifiedLibrary {
  readonly id: string;
  readonly provider: PluginProvider;
  /** Absolute path of the folder, for a sandbox to show to its worker. */
  readonly folder: string;
  /** The file in it that ONNX Runtime is told to load. */
  readonly entryFile: string;
}

interface Fetching {
  readonly id: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
  state: 'downloading' | 'verifying';
  doneBytes: number;
}

/**
 * The provider libraries of this machine: downloaded or imported when the user asks, one at a time, and verified
 * again each time before a worker gets them. The agent itself never loads one.
 */
export class ProviderLibraries extends EventEmitter<{ change: [] }> implements AsyncDisposable {
  readonly #options: ProviderLibrariesOptions;
  readonly #store: LibraryStore;
  readonly #closing = new AbortController();
  /** What went wrong last, by id. */
  readonly #problems = new Map<string, string>();
  /** Installed ones that were found to be changed, by id. */
  readonly #damaged = new Set<string>();
  #fetching: Fetching | undefined;

  private constructor(options: ProviderLibrariesOptions) {
    super();
    this.#options = options;
    this.#store = new LibraryStore(options.folder);
  }

  /** @throws GataError `data-folder-unusable` or `disk-full`. */
  static async open(options: ProviderLibrariesOptions): Promise<ProviderLibraries> {
    const libraries = new ProviderLibraries(options);
    await libraries.#store.prepare();
    return libraries;
  }

  /** Those that the network signed for this platform and processor. */
  list(): ProviderLibrary[] {
    const { manifest, machine } = this.#options;
    return manifest.libraries().filter((library) => isForPlatform(library, machine));
  }

  /** Why there is nothing to download; null: there is. */
  problem(): string | null {
    const problem = this.#options.manifest.problem();
    if (problem !== null || this.list().length > 0) return problem;
    const { platform, architecture } = this.#options.machine;
    return `The network offers no provider libraries for ${platform} ${architecture}.`;
  }

  /** Fetches the network's list now. */
  async refresh(): Promise<void> {
    await this.#options.manifest.refresh(this.#closing.signal);
  }

  async view(library: ProviderLibrary): Promise<LibraryView> {
    const { id, version, licence } = library;
    const fetching = this.#fetching?.id === id ? this.#fetching : undefined;
    const found = await this.#store.look(library);
    const isDamaged = found === 'damaged' || (found === 'present' && this.#damaged.has(id));
    const state = isDamaged ? 'damaged' : found === 'present' ? 'installed' : 'not-installed';
    return {
      id,
      version,
      bytes: libraryBytes(library),
      licence,
      state: fetching?.state ?? state,
      doneBytes: fetching?.doneBytes ?? null,
      problem: this.#problems.get(id) ?? refusalOf(library, this.#options.machine) ?? null,
    };
  }

  /**
   * Starts a download, which goes on after this resolves; `view` tells how it does.
   * @param version of which the licence was accepted.
   * @throws GataError `not-found`, `library-refused`, `conflict` while another is fetched, or `disk-full`.
   */
  async download(id: string, version: string): Promise<LibraryView> {
    const library = this.#wanted(id);
    if (library.version !== version) {
      throw new GataError(
        'conflict',
        `${id} is at version ${library.version} by now. Look at its licence again.`,
      );
    }
    this.#requireFresh();
    await this.#requireRoom(library);
    this.#begin(library, new LibraryDownloads(), 'downloading', this.#options.retryDelaysMs);
    return this.view(library);
  }

  /** Stops a download; what is here is kept for the next one. @throws GataError `not-found`. */
  async cancel(id: string): Promise<void> {
    const fetching = this.#fetching;
    if (fetching?.id !== id) throw new GataError('not-found', `${id} is not being downloaded.`);
    fetching.stop.abort(new GataError('cancelled', 'The download was stopped. It continues where it is.'));
    await fetching.done.catch(() => undefined);
  }

  /** Removes a library, and what there is of it. @throws GataError `not-found`; `conflict` while it is in use. */
  async remove(id: string): Promise<void> {
    if (this.#fetching?.id === id) await this.cancel(id);
    const removed = await this.#store.remove(id);
    this.#forget(id);
    if (!removed) throw new GataError('not-found', `There is no library ${id} on this computer.`);
    this.#options.logger.info({ library: id }, 'A provider library was removed.');
    this.emit('change');
  }

  /**
   * Installs the library that lies in a folder, if it is byte for byte one that the network signed.
   * @param accepted the ids of the libraries whose licence was accepted.
   * @throws GataError `invalid-request`, `library-refused`, `corrupt-library`, `conflict` or `disk-full`.
   */
  async importFolder(folder: string, accepted: readonly string[]): Promise<LibraryView> {
    const source = await LibraryFolder.open(folder);
    const library = await this.#recognise(folder, source);
    if (!accepted.includes(library.id)) {
      throw new GataError(
        'conflict',
        `The folder has ${library.id}, whose licence was not accepted. Look at it first.`,
      );
    }
    this.#requireFresh();
    await this.#begin(library, source, 'verifying', []).done;
    return this.view(library);
  }

  /**
   * An installed library for a provider, read from its first byte to its last; undefined: there is none.
   * @throws GataError `corrupt-library` or `library-refused`; the signal's reason.
   */
  async verified(provider: PluginProvider, signal: AbortSignal): Promise<VerifiedLibrary | undefined> {
    for (const library of this.list()) {
      if (library.provider !== provider || (await this.#store.look(library)) === 'absent') continue;
      const { id, entryFile } = library;
      const refusal = refusalOf(library, this.#options.machine);
      if (refusal !== undefined) throw new GataError('library-refused', refusal);
      try {
        const folder = await this.#store.verify(library, signal);
        this.#damaged.delete(id);
        return { id, provider, folder, entryFile };
      } catch (error) {
        signal.throwIfAborted();
        const told = GataError.from(error);
        this.#damaged.add(id);
        this.#problems.set(id, told.message);
        this.#options.logger.error({ library: id, err: told }, 'A provider library is not used.');
        this.emit('change');
        throw told;
      }
    }
    return undefined;
  }

  /** Stops a download, which continues when it is asked for again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new GataError('shutting-down', 'The agent is shutting down.'));
    await this.#fetching?.done.catch(() => undefined);
  }

  #requireFresh(): void {
    const stale = this.#options.manifest.staleProblem();
    if (stale !== null) throw new GataError('library-refused', stale);
  }

  /** @throws GataError `not-found` or `library-refused`. */
  #wanted(id: string): ProviderLibrary {
    const library = this.#options.manifest.libraries().find((each) => each.id === id);
    if (library === undefined) {
      const why = this.problem() ?? 'See "gata providers" for those that it does.';
      throw new GataError('not-found', `The network offers no library ${id}. ${why}`);
    }
    const refusal = refusalOf(library, this.#options.machine);
    if (refusal !== undefined) throw new GataError('library-refused', refusal);
    return library;
  }

  /** Finds which library a folder has, by the names and sizes of its files. */
  async #recognise(folder: string, source: LibraryFolder): Promise<ProviderLibrary> {
    let nearest: { library: ProviderLibrary; lacking: LibraryFile[] } | undefined;
    for (const library of this.#options.manifest.libraries()) {
      const lacking = await source.lacks(library);
      if (lacking.length === 0) return this.#wanted(library.id);
      if (lacking.length === library.files.length) continue;
      if (nearest === undefined || lacking.length < nearest.lacking.length) nearest = { library, lacking };
    }
    const [file] = nearest?.lacking ?? [];
    const why =
      nearest === undefined || file === undefined
        ? (this.problem() ?? 'None of its files is one of them.')
        : `${nearest.library.id} needs ${file.name} with ${file.bytes} bytes, which is missing or has another size.`;
    throw new GataError('library-refused', `${folder} has no library that the network signed. ${why}`, {
      param: 'folder',
    });
  }

  /** @throws GataError `conflict` while another is fetched. */
  #begin(
    library: ProviderLibrary,
    source: FileSource<LibraryFile>,
    state: Fetching['state'],
    retryDelaysMs: readonly number[] | undefined,
  ): Fetching {
    const { id } = library;
    if (this.#fetching !== undefined) {
      throw new GataError('conflict', `${this.#fetching.id} is being fetched. Wait for it, or cancel it.`);
    }
    this.#problems.delete(id);
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
    const done = Promise.resolve()
      .then(() => this.#fetch(library, source, signal, retryDelaysMs))
      .catch((error: unknown) => {
        const told = signal.aborted ? GataError.from(signal.reason) : GataError.from(error);
        if (!signal.aborted) this.#problems.set(id, told.message);
        this.#options.logger.warn(
          { library: id, err: error },
          `A provider library was not fetched: ${told.message}`,
        );
        throw told;
      })
      .finally(() => {
        this.#fetching = undefined;
        this.emit('change');
      });
    const fetching: Fetching = { id, stop, done, state, doneBytes: 0 };
    this.#fetching = fetching;
    // Whoever does not wait reads it in the view.
    done.catch(() => undefined);
    this.emit('change');
    return fetching;
  }

  async #fetch(
    library: ProviderLibrary,
    source: FileSource<LibraryFile>,
    signal: AbortSignal,
    retryDelaysMs: readonly number[] | undefined,
  ): Promise<void> {
    const here = new Map<string, number>();
    for (const file of library.files) here.set(file.name, await this.#store.partialBytes(library, file));
    const count = () => {
      if (this.#fetching === undefined) return;
      this.#fetching.doneBytes = [...here.values()].reduce((sum, bytes) => sum + bytes, 0);
    };
    count();
    await this.#requireRoom(library);
    await this.#store.preparePartial(library);
    for (const file of library.files) {
      if (await this.#store.hasFetched(library, file, signal)) continue;
      await downloadFile({
        file,
        source,
        ...this.#store.partialPaths(library, file),
        corrupt: corruptFile,
        signal,
        onBytes: (bytes) => {
          here.set(file.name, bytes);
          count();
        },
        ...(retryDelaysMs === undefined ? {} : { retryDelaysMs }),
      });
    }
    if (this.#fetching !== undefined) this.#fetching.state = 'verifying';
    try {
      await this.#store.checkFetched(library);
    } catch (error) {
      await this.#store.discardPartial(library);
      throw error;
    }
    signal.throwIfAborted();
    await this.#store.install(library);
    this.#forget(library.id);
    this.#options.logger.info(
      { library: library.id, version: library.version },
      'A provider library is here.',
    );
  }

  /** @throws GataError `disk-full`. */
  async #requireRoom(library: ProviderLibrary): Promise<void> {
    let here = 0;
    for (const file of library.files) here += await this.#store.partialBytes(library, file);
    const needed = missingBytes(library, here);
    const free = await (this.#options.freeBytes ?? (() => this.#store.freeBytes()))();
    if (free >= needed + SPARE_BYTES) return;
    const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
    throw new GataError(
      'disk-full',
      `${library.id} needs ${megabytes(needed)} and the disk has ${megabytes(free)} left, of which ${megabytes(SPARE_BYTES)} stay free. Free some space.`,
    );
  }

  #forget(id: string): void {
    this.#problems.delete(id);
    this.#damaged.delete(id);
  }
}

function corruptFile({ name }: LibraryFile): GataError {
  return new GataError(
    'corrupt-library',
    `${name} is not what the network signed, twice in a row, and was deleted. The server or the folder has a damaged copy.`,
  );
}
