import { type FSWatcher, type Stats, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

interface Watched {
  readonly watcher: FSWatcher;
  /** Which folder it is: a watcher stays with a folder that was moved away. */
  readonly identity: string;
  /** Names of which changes count; null: all. */
  readonly names: Set<string> | null;
}

/** Tells when any of some files and folders changes. Files are watched by their folder, for most are replaced. */
export class PathWatch implements Disposable {
  readonly #onChange: () => void;
  readonly #watched = new Map<string, Watched>();
  /** Folders whose watch broke: trying again at once would only break again. */
  readonly #broken = new Set<string>();
  #disposed = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * Watches these paths and no others from now on. False when some cannot be watched, because not even their folder
   * is there or the system refuses: then changes of them are not told.
   */
  async set(paths: readonly string[]): Promise<boolean> {
    const wanted = new Map<string, { readonly identity: string; names: Set<string> | null }>();
    let complete = true;
    for (const path of new Set(paths)) {
      const own = await statOf(path);
      // What is missing is seen to come where the folder that it would be in is there.
      const folder = own?.isDirectory() ? path : dirname(path);
      const found = own?.isDirectory() ? own : await statOf(folder);
      if (!found?.isDirectory()) {
        complete = false;
        continue;
      }
      const entry = wanted.get(folder) ?? { identity: `${found.dev} ${found.ino}`, names: new Set<string>() };
      if (own?.isDirectory()) entry.names = null;
      else entry.names?.add(basename(path));
      wanted.set(folder, entry);
    }
    if (this.#disposed) return false;
    for (const [folder, { watcher, identity }] of this.#watched) {
      if (wanted.get(folder)?.identity === identity) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const [folder, { identity, names }] of wanted) {
      const present = this.#watched.get(folder);
      const watcher = present?.watcher ?? this.#watch(folder, identity);
      if (watcher === undefined) complete = false;
      else this.#watched.set(folder, { watcher, identity, names });
    }
    return complete;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #watch(folder: string, identity: string): FSWatcher | undefined {
    const mark = `${identity} ${folder}`;
    if (this.#broken.has(mark)) return undefined;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => this.#changed(folder, name));
      // The folder went away, say: its owner looks again, and sets what to watch.
      watcher.on('error', () => {
        this.#broken.add(mark);
        watcher.close();
        if (this.#watched.get(folder)?.watcher === watcher) this.#watched.delete(folder);
        this.#onChange();
      });
      return watcher;
    } catch {
      // No watches left, or a file system that cannot: told to the caller of `set`.
      return undefined;
    }
  }

  #changed(folder: string, name: string | null): void {
    const names = this.#watched.get(folder)?.names ?? null;
    // A folder that was removed is named itself.
    if (names === null || name === null || names.has(name) || name === basename(folder)) this.#onChange();
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    // Missing or closed to us: it cannot be watched, which `set` tells.
    return undefined;
  }
}
