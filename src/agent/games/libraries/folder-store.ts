import { folderKey } from './folder-key.ts';
import { isSharedFolder } from './folder-refusal.ts';
import type { FolderEntry } from './machine-files.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';

const ENTRIES_LIMIT = 20_000;
const FOLDERS_LIMIT = 1000;
const EXECUTABLES_ASKED_LIMIT = 200;
/** What starts a game, by its name; a program of Linux may also have a name without an ending. */
const PROGRAMS = {
  win32: /\.(exe|bat|lnk)$/i,
  linux: /\.(exe|sh|x86_64|x86|x64|appimage|bin|jar)$/i,
} as const;
/** Folders that systems put on each drive. */
const NO_GAMES = /^(\.|\$|System Volume Information$|lost\+found$|Recovery$|WindowsApps$|WpSystem$)/i;

/** Folders that the user named: a game each, or folders of games. */
export class FolderStore implements StoreReader {
  readonly store = 'folder';
  readonly #machine: MachineFolders;
  readonly #folders: () => readonly string[];

  /** @param folders read anew each time; absolute. */
  constructor(machine: MachineFolders, folders: () => readonly string[]) {
    this.#machine = machine;
    this.#folders = folders;
  }

  async watched(): Promise<readonly string[]> {
    return this.#named().map((folder) => this.#machine.files.locate(folder));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('folder', this.#machine);
    const named = new Set(this.#named());
    for (const folder of new Set(this.#folders())) {
      if (!named.has(folder)) this.#refuse(folder, 'is not an absolute path', report);
    }
    for (const folder of this.#named()) await this.#readFolder(folder, report);
    return report.reading();
  }

  #named(): readonly string[] {
    const paths = pathsOf(this.#machine);
    return [...new Set(this.#folders())].filter((folder) => paths.isAbsolute(folder)).slice(0, FOLDERS_LIMIT);
  }

  async #readFolder(folder: string, report: StoreReport): Promise<void> {
    const paths = pathsOf(this.#machine);
    const { files } = this.#machine;
    // A drive's root may hold games in folders, unless it is the drive of the system or the user.
    const isWholeDrive = paths.parse(folder).root === paths.normalize(folder) && !this.#holdsHome(folder);
    if (!isWholeDrive && isSharedFolder(folder, this.#machine) && !this.#isUsersGames(folder)) {
      this.#refuse(folder, 'is the folder of more than games; name the folder of your games', report);
      return;
    }
    const entries = await report.attempt(folder, () => files.entries(folder, ENTRIES_LIMIT));
    if (entries === undefined) {
      if (!(await files.exists(folder))) this.#refuse(folder, 'is not there', report);
      else report.refuse(folder, 'cannot be read');
      return;
    }
    if (
      (await this.#holdsPrograms(folder, entries)) &&
      !isWholeDrive &&
      (await files.folderKind(folder)) !== 'drive'
    ) {
      const refusal = await this.#add(folder, report);
      if (refusal !== undefined) report.refuse(folder, refusal);
      return;
    }
    const names = entries.filter(({ name, kind }) => kind === 'folder' && !NO_GAMES.test(name));
    for (const { name } of names.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      if (report.full) return;
      await this.#add(paths.join(folder, name), report);
    }
  }

  async #holdsPrograms(folder: string, entries: readonly FolderEntry[]): Promise<boolean> {
    const { files, platform } = this.#machine;
    const names = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
    if (names.some((name) => PROGRAMS[platform].test(name))) return true;
    if (platform === 'win32') return false;
    for (const name of names.filter((file) => !file.includes('.')).slice(0, EXECUTABLES_ASKED_LIMIT)) {
      if (await files.isExecutable(pathsOf(this.#machine).join(folder, name))) return true;
    }
    return false;
  }

  #refuse(folder: string, why: string, report: StoreReport): void {
    report.ignore(`${folder}: ${why}`);
    report.refuse(folder, why);
  }

  /** @returns why it is not taken. */
  #add(folder: string, report: StoreReport): Promise<string | undefined> {
    // The contract bounds ids: a very long path is told by its end.
    return report.add({ id: folder.slice(-400), folder });
  }

  #holdsHome(folder: string): boolean {
    const system = this.#machine.environment.SystemRoot ?? 'C:\\Windows';
    return [this.#machine.home, system].some((path) => folderKey(path).startsWith(folderKey(folder)));
  }

  /** `~/Games` is no game, and the most usual folder of games. */
  #isUsersGames(folder: string): boolean {
    const paths = pathsOf(this.#machine);
    const key = (path: string) =>
      paths
        .normalize(path)
        .replace(/[\\/]+$/, '')
        .toLowerCase();
    return key(folder) === key(paths.join(this.#machine.home, 'Games'));
  }
}
