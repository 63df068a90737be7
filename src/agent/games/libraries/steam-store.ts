import { FileCache } from './file-cache.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import { SteamAppTypes } from './steam-app-types.ts';
import { SteamLibraries } from './steam-libraries.ts';
import { isFullyInstalled, parseSteamManifest, type SteamManifest } from './steam-manifest.ts';
import { findSteamRoots, type SteamRoot, steamRootCandidates } from './steam-roots.ts';
import { parseSteamShortcuts, type SteamShortcut } from './steam-shortcuts.ts';
import { steamToolReason } from './steam-tools.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';

const MANIFEST_BYTES_LIMIT = 4 * 1024 * 1024;
const SHORTCUTS_BYTES_LIMIT = 4 * 1024 * 1024;
const ENTRIES_LIMIT = 50_000;
const USERS_LIMIT = 100;
const READS_AT_ONCE = 8;

interface ListedManifest {
  readonly manifest: SteamManifest;
  readonly folder: string;
}

/** Steam's games: of its libraries on all drives, and the shortcuts to others that the user added. */
export class SteamStore implements StoreReader {
  readonly store = 'steam';
  readonly #machine: MachineFolders;
  readonly #libraries: SteamLibraries;
  readonly #appTypes: SteamAppTypes;
  readonly #manifests: FileCache<SteamManifest>;
  readonly #shortcuts: FileCache<readonly SteamShortcut[]>;

  constructor(machine: MachineFolders) {
    const { files } = machine;
    this.#machine = machine;
    this.#libraries = new SteamLibraries(machine);
    this.#appTypes = new SteamAppTypes(machine);
    this.#manifests = new FileCache({ files, bytesLimit: MANIFEST_BYTES_LIMIT, parse: parseSteamManifest });
    this.#shortcuts = new FileCache({ files, bytesLimit: SHORTCUTS_BYTES_LIMIT, parse: parseSteamShortcuts });
  }

  async watched(): Promise<readonly string[]> {
    const paths = pathsOf(this.#machine);
    const report = new StoreReport('steam', this.#machine);
    const watched: string[] = [];
    const roots = await findSteamRoots(this.#machine);
    for (const root of roots) {
      // A library list is in `steamapps` or beside it, and manifests are in each library.
      watched.push(paths.join(root.folder, 'config', 'libraryfolders.vdf'));
      watched.push(...(await this.#libraries.find(root, report)));
      watched.push(...(await this.#shortcutFiles(root, report)));
    }
    if (roots.length === 0) watched.push(...steamRootCandidates(this.#machine).map(({ folder }) => folder));
    return watched.map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('steam', this.#machine);
    this.#manifests.nextRound();
    this.#shortcuts.nextRound();
    for (const root of await findSteamRoots(this.#machine)) {
      await this.#readGames(root, report);
      await this.#readShortcuts(root, report);
    }
    return report.reading();
  }

  async #readGames(root: SteamRoot, report: StoreReport): Promise<void> {
    const listed: ListedManifest[] = [];
    for (const library of await this.#libraries.find(root, report)) {
      listed.push(...(await this.#readLibrary(library, report)));
    }
    const appIds = listed.map(({ manifest }) => manifest.appId);
    const types =
      (await report.attempt('appinfo.vdf', () => this.#appTypes.of(root.folder, appIds))) ??
      (await this.#appTypes.of(root.folder, []));
    for (const { manifest, folder } of listed) {
      if (report.full) break;
      const tool = await steamToolReason(manifest, folder, types.get(manifest.appId), this.#machine.files);
      if (tool !== undefined) {
        report.ruleOut(folder, `${manifest.name}: ${tool}`);
        continue;
      }
      await report.add({
        id: manifest.appId,
        title: manifest.name,
        folder,
        sizeBytes: manifest.sizeBytes,
        ...this.#seenInside(root, folder),
      });
    }
  }

  async #readLibrary(library: string, report: StoreReport): Promise<readonly ListedManifest[]> {
    const paths = pathsOf(this.#machine);
    const entries = await report.attempt(library, () => this.#machine.files.entries(library, ENTRIES_LIMIT));
    const names = (entries ?? [])
      .map(({ name }) => name)
      .filter((name) => /^appmanifest_\d+\.acf$/i.test(name))
      .sort();
    const manifests = await mapBounded(names, READS_AT_ONCE, (name) => {
      const file = paths.join(library, name);
      return report.attempt(file, () => this.#manifests.get(file));
    });
    return manifests.flatMap((manifest) => {
      if (manifest === undefined) return [];
      if (!isFullyInstalled(manifest)) {
        report.ignore(`${manifest.name}: is not fully installed`);
        return [];
      }
      return [{ manifest, folder: paths.join(library, 'common', manifest.installFolder) }];
    });
  }

  async #readShortcuts(root: SteamRoot, report: StoreReport): Promise<void> {
    const paths = pathsOf(this.#machine);
    for (const file of await this.#shortcutFiles(root, report)) {
      for (const { id, name, program } of (await report.attempt(file, () => this.#shortcuts.get(file))) ??
        []) {
        const folder = paths.dirname(program);
        if (!paths.isAbsolute(program)) report.ignore(`${name}: the shortcut's program is no absolute path`);
        // A shortcut to something of Steam's would make games of all that Steam starts.
        else if (await this.#machine.files.isFolder(paths.join(folder, 'steamapps'))) {
          report.ignore(`${name}: the shortcut leads to Steam itself`);
        } else await report.add({ id, title: name, folder });
      }
    }
  }

  /** Each user of this machine's Steam has an own list; it may not exist yet. */
  async #shortcutFiles(root: SteamRoot, report: StoreReport): Promise<readonly string[]> {
    const paths = pathsOf(this.#machine);
    const users = paths.join(root.folder, 'userdata');
    const entries = await report.attempt(users, () => this.#machine.files.entries(users, ENTRIES_LIMIT));
    return (entries ?? [])
      .filter(({ name, kind }) => kind === 'folder' && /^\d+$/.test(name))
      .slice(0, USERS_LIMIT)
      .map(({ name }) => paths.join(users, name, 'config', 'shortcuts.vdf'));
  }

  /** Programs of a sandboxed Steam show the paths that they see themselves. */
  #seenInside({ sandboxHome }: SteamRoot, folder: string): { alsoAt?: readonly string[] } {
    if (sandboxHome === undefined || !folder.startsWith(`${sandboxHome}/`)) return {};
    return { alsoAt: [`${this.#machine.home}${folder.slice(sandboxHome.length)}`] };
  }
}
