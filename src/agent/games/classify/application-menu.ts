import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileName } from '../program-path.ts';
import { type MenuEntry, parseMenuEntry } from './menu-entry.ts';

const FILES_LIMIT = 5_000;
const BYTES_LIMIT = 256 * 1024;
/** Where a program lies that an entry names by its bare name. */
const COMMAND_FOLDERS = /^(\/app|\/usr(\/local)?|\/home\/[^/]+\/\.local|)\/(bin|games)\/[^/]+$/;

/** Folders of menu entries on this machine, by the XDG Base Directory Specification; the user's own come last and win. */
export function menuFolders(environment: NodeJS.ProcessEnv, home: string): readonly string[] {
  const shared = (environment.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':').filter(Boolean);
  const own = environment.XDG_DATA_HOME || join(home, '.local/share');
  const flatpak = ['/var/lib/flatpak/exports/share', join(own, 'flatpak/exports/share')];
  const snap = '/var/lib/snapd/desktop';
  const all = [snap, ...flatpak, ...shared.toReversed(), own];
  return [...new Set(all)].map((folder) => join(folder, 'applications'));
}

/** What the desktop's menu of applications says that programs are: `Game`, `WebBrowser`, `TerminalEmulator`. */
export class ApplicationMenu {
  readonly #folders: readonly string[];
  #byPath: ReadonlyMap<string, readonly string[]> = new Map();
  #byName: ReadonlyMap<string, readonly string[]> = new Map();
  #signature = '';

  /** `folders`: of `.desktop` files; what a later one says wins. */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Reads the entries again if a folder changed. Files that cannot be read are no entries; never rejects. */
  async refresh(): Promise<void> {
    const signature = (await Promise.all(this.#folders.map(changedAt))).join();
    if (signature === this.#signature) return;
    this.#signature = signature;
    const byPath = new Map<string, readonly string[]>();
    const byName = new Map<string, readonly string[]>();
    let left = FILES_LIMIT;
    for (const folder of this.#folders) {
      const names = (await namesIn(folder)).filter((name) => name.endsWith('.desktop')).slice(0, left);
      left -= names.length;
      for (const name of names) {
        const entry = await readEntry(join(folder, name));
        if (entry === undefined) continue;
        (entry.program.startsWith('/') ? byPath : byName).set(entry.program, entry.categories);
      }
    }
    this.#byPath = byPath;
    this.#byName = byName;
  }

  /** Categories of the first of a process's programs that has an entry; null: none has. `programs`: normalized. */
  categoriesOf(programs: readonly string[]): readonly string[] | null {
    for (const program of programs) {
      const categories =
        this.#byPath.get(program) ??
        (COMMAND_FOLDERS.test(program) ? this.#byName.get(fileName(program)) : undefined);
      if (categories !== undefined) return categories;
    }
    return null;
  }
}

async function readEntry(path: string): Promise<MenuEntry | undefined> {
  try {
    const { size } = await stat(path);
    return size > BYTES_LIMIT ? undefined : parseMenuEntry(await readFile(path, 'utf8'));
  } catch {
    // A link to what is gone, say: Flatpak and Snap leave some.
    return undefined;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

async function changedAt(folder: string): Promise<number> {
  try {
    return (await stat(folder)).mtimeMs;
  } catch {
    return 0;
  }
}
