import { FileCache } from './file-cache.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import type { SteamRoot } from './steam-roots.ts';
import type { StoreReport } from './store-report.ts';
import { parseVdf, type VdfSection, vdfSection, vdfText } from './vdf.ts';

const BYTES_LIMIT = 4 * 1024 * 1024;
const LIBRARIES_LIMIT = 100;

/** Finds the folders, on all drives, in which one Steam installs games. */
export class SteamLibraries {
  readonly #machine: MachineFolders;
  readonly #lists: FileCache<readonly string[]>;

  constructor(machine: MachineFolders) {
    this.#machine = machine;
    this.#lists = new FileCache({
      files: machine.files,
      bytesLimit: BYTES_LIMIT,
      parse: (bytes) => libraryPaths(parseVdf(bytes.toString('utf8'), machine.platform)),
    });
  }

  /** Existing `steamapps` folders of a Steam, its own first. */
  async find(root: SteamRoot, report: StoreReport): Promise<readonly string[]> {
    const paths = pathsOf(this.#machine);
    const named: string[] = [];
    for (const list of ['steamapps/libraryfolders.vdf', 'config/libraryfolders.vdf']) {
      const file = paths.join(root.folder, list);
      const found = await report.attempt(file, () => this.#lists.get(file));
      named.push(...(found ?? []));
    }
    const folders = new Map<string, string>();
    for (const library of [root.folder, ...named]) {
      if (folders.size === LIBRARIES_LIMIT) {
        report.ignore(`more than ${LIBRARIES_LIMIT} Steam libraries: the others are left out`);
        break;
      }
      const folder = paths.isAbsolute(library) ? await this.#gamesFolder(library, root) : undefined;
      if (folder === undefined) continue;
      const key = (await this.#machine.files.realPath(folder)) ?? folder;
      if (!folders.has(key)) folders.set(key, folder);
    }
    return [...folders.values()];
  }

  /** `steamapps` of a library; old Steams of Linux wrote it `SteamApps`. A sandboxed Steam names it by its own view. */
  async #gamesFolder(library: string, { sandboxHome }: SteamRoot): Promise<string | undefined> {
    const { files, home } = this.#machine;
    const paths = pathsOf(this.#machine);
    const inside =
      sandboxHome !== undefined && library.startsWith(`${home}/`) && !library.startsWith(`${sandboxHome}/`)
        ? [paths.join(sandboxHome, library.slice(home.length))]
        : [];
    for (const place of [...inside, paths.normalize(library)]) {
      for (const name of ['steamapps', 'SteamApps']) {
        const folder = paths.join(place, name);
        if (await files.isFolder(folder)) return folder;
      }
    }
    return undefined;
  }
}

/**
 * Since 2021 each library is a section with its `path`; before, a text under a number:
 * `"libraryfolders" { "1" { "path" "D:\\SteamLibrary" } }`, `"LibraryFolders" { "1" "D:\\SteamLibrary" }`.
 */
function libraryPaths(file: VdfSection): readonly string[] {
  const folders: string[] = [];
  for (const [key, value] of vdfSection(file, 'libraryfolders') ?? []) {
    if (!/^\d+$/.test(key)) continue;
    const path = typeof value === 'string' ? value : vdfText(value, 'path');
    if (path !== undefined) folders.push(path);
  }
  return folders;
}
