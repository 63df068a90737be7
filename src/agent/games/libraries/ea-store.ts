import { windowsMachineData, windowsUserData } from './data-folders.ts';
import { type EaInstallerData, parseEaInstallerData } from './ea-installer-data.ts';
import { FileCache } from './file-cache.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import { SeenFolders } from './seen-folders.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { subFolders } from './sub-folders.ts';
import { decodeText } from './text-encoding.ts';
import { uninstallEntries } from './uninstall-entries.ts';

const INSTALLER_DATA = '__Installer\\installerdata.xml';
const INSTALLER_DATA_BYTES_LIMIT = 2 * 1024 * 1024;
const SETTINGS_BYTES_LIMIT = 1024 * 1024;
const ENTRIES_LIMIT = 20_000;
const READS_AT_ONCE = 8;

/** A folder that may be a game's, and what its place in the registry tells. */
interface EaFolder {
  readonly folder: string;
  readonly id?: string;
  readonly title?: string;
  /** Only the installer's file shows that a game is there. */
  readonly needsInstallerData: boolean;
}

/**
 * Games of the EA app and of Origin (Windows). The list that the EA app keeps itself (`530c…\IS` below
 * `ProgramData\EA Desktop`) is encrypted; but each game brings its `installerdata.xml`, and is found by the folders
 * that the app installs to, the registry keys of older games, and Windows' list of installed programs.
 */
export class EaStore implements StoreReader {
  readonly store = 'ea';
  /** Half of it is in the registry, which tells of no change. */
  readonly changesUnseen: boolean;
  readonly #machine: MachineFolders;
  readonly #installerData: FileCache<EaInstallerData>;
  readonly #libraries: FileCache<string | undefined>;

  constructor(machine: MachineFolders) {
    const { files, platform } = machine;
    this.#machine = machine;
    this.changesUnseen = platform === 'win32';
    this.#installerData = new FileCache({
      files,
      bytesLimit: INSTALLER_DATA_BYTES_LIMIT,
      parse: parseEaInstallerData,
    });
    this.#libraries = new FileCache({ files, bytesLimit: SETTINGS_BYTES_LIMIT, parse: libraryOf });
  }

  async watched(): Promise<readonly string[]> {
    if (this.#machine.platform !== 'win32') return [];
    const folders = await this.#libraryFolders(new StoreReport('ea', this.#machine));
    return [this.#userSettingsFolder(), ...folders].map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('ea', this.#machine);
    if (this.#machine.platform !== 'win32') return report.reading();
    this.#installerData.nextRound();
    this.#libraries.nextRound();
    // What the registry names first: it knows the names of games that have no installer data.
    const candidates = [...this.#ofRegistry(), ...(await this.#ofUninstallList())];
    for (const library of await this.#libraryFolders(report)) {
      for (const folder of await subFolders(library, this.#machine, report)) {
        candidates.push({ folder, needsInstallerData: true });
      }
    }
    await this.#addGames(candidates, report);
    return report.reading();
  }

  async #addGames(candidates: readonly EaFolder[], report: StoreReport): Promise<void> {
    const added = new SeenFolders(this.#machine);
    const looked = await mapBounded(candidates, READS_AT_ONCE, async (candidate) => {
      const file = pathsOf(this.#machine).join(candidate.folder, INSTALLER_DATA);
      return { candidate, data: await report.attempt(file, () => this.#installerData.get(file)) };
    });
    for (const { candidate, data } of looked) {
      const { folder, id, title, needsInstallerData } = candidate;
      if (report.full) return;
      if ((data === undefined && needsInstallerData) || !added.add(folder)) continue;
      await report.add({
        id: data?.contentId ?? id ?? pathsOf(this.#machine).basename(folder),
        title: data?.title ?? title,
        folder,
      });
    }
  }

  /** `SOFTWARE\EA Games\<game>` holds games only, `SOFTWARE\Electronic Arts\<program>` the EA app as well. */
  #ofRegistry(): readonly EaFolder[] {
    const { registry } = this.#machine;
    const places = [
      { key: 'SOFTWARE\\EA Games', needsInstallerData: false },
      { key: 'SOFTWARE\\Electronic Arts', needsInstallerData: true },
      { key: 'SOFTWARE\\Electronic Arts\\EA Games', needsInstallerData: false },
    ];
    return places.flatMap(({ key, needsInstallerData }) =>
      registry.subkeys('HKEY_LOCAL_MACHINE', key).flatMap((subkey) => {
        const value = (name: string) =>
          registry.value('HKEY_LOCAL_MACHINE', `${key}\\${subkey}`, name)?.trim() ?? '';
        const folder = value('Install Dir') || value('InstallDir');
        if (folder === '') return [];
        return [
          { folder: this.#normal(folder), id: subkey, title: value('DisplayName'), needsInstallerData },
        ];
      }),
    );
  }

  /** Each game is taken away by `…\EAInstaller\<game>\Cleanup.exe uninstall_game`; this finds those of other studios. */
  async #ofUninstallList(): Promise<readonly EaFolder[]> {
    const entries = await uninstallEntries(this.#machine.registry, (command) =>
      /[\\/]EAInstaller[\\/].*uninstall_game/i.test(command),
    );
    return entries.flatMap(({ key, displayName, folder }) => {
      const unquoted = folder.replaceAll('"', '').trim();
      if (unquoted === '') return [];
      return [{ folder: this.#normal(unquoted), id: key, title: displayName, needsInstallerData: false }];
    });
  }

  /** Where the EA app and Origin install to: as the user chose, and as they propose. */
  async #libraryFolders(report: StoreReport): Promise<readonly string[]> {
    const { files, environment } = this.#machine;
    const paths = pathsOf(this.#machine);
    const folder = this.#userSettingsFolder();
    const entries = await report.attempt(folder, () => files.entries(folder, ENTRIES_LIMIT));
    const settings = (entries ?? [])
      .map(({ name }) => name)
      .filter((name) => /^user_[^\\/]*\.ini$/i.test(name))
      .sort()
      .map((name) => paths.join(folder, name));
    settings.push(paths.join(windowsMachineData(this.#machine), 'EA Desktop', 'machine.ini'));
    const chosen = await mapBounded(settings, READS_AT_ONCE, (file) =>
      report.attempt(file, () => this.#libraries.get(file)),
    );
    const programs = environment.ProgramFiles ?? 'C:\\Program Files';
    const programs32 = environment['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
    const usual = [`${programs}\\EA Games`, `${programs32}\\EA Games`, `${programs32}\\Origin Games`];
    const seen = new SeenFolders(this.#machine);
    return [...chosen, ...usual]
      .filter((library) => paths.isAbsolute(library))
      .map((library) => this.#normal(library))
      .filter((library) => seen.add(library));
  }

  #userSettingsFolder(): string {
    const { join } = pathsOf(this.#machine);
    return join(windowsUserData(this.#machine, 'local'), 'Electronic Arts', 'EA Desktop');
  }

  #normal(folder: string): string {
    return pathsOf(this.#machine).normalize(folder);
  }
}

/** `user.downloadinplacedir=D:\Games\`, one setting a line; `machine.` in the settings of all users. */
function libraryOf(bytes: Buffer): string | undefined {
  for (const line of decodeText(bytes).split(/\r?\n/)) {
    const [, value] =
      /^\s*(?:user|machine)\.downloadinplacedir\s*=(.{1,4096})$/i.exec(line.slice(0, 5000)) ?? [];
    if (value !== undefined) return value.trim().replaceAll(/^["']|["']$/g, '');
  }
  return undefined;
}
