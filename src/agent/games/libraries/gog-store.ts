import { z } from 'zod';
import { FileCache } from './file-cache.ts';
import { folderKey } from './folder-key.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { decodeText, parseJson } from './text-encoding.ts';

const GAMES_KEY = 'SOFTWARE\\GOG.com\\Games';
const BYTES_LIMIT = 1024 * 1024;
const ENTRIES_LIMIT = 20_000;
const READS_AT_ONCE = 8;

/** What is needed of a `goggame-<id>.info` in a game's folder; add-ons have their own beside it. */
const gogInfoSchema = z.object({
  gameId: z.union([z.string(), z.number()]).transform(String),
  rootGameId: z.union([z.string(), z.number()]).transform(String).optional(),
  name: z.string().max(10_000).catch(''),
});

interface GogGame {
  readonly id: string;
  readonly title: string;
}

/**
 * Games of GOG: what Galaxy and the installers write to the registry, and games in the folders that both propose,
 * which tell of themselves (`goggame-<id>.info` of Windows games, `gameinfo` of Linux games).
 */
export class GogStore implements StoreReader {
  readonly store = 'gog';
  readonly changesUnseen: boolean;
  readonly #machine: MachineFolders;
  readonly #infos: FileCache<z.infer<typeof gogInfoSchema>>;
  readonly #linuxInfos: FileCache<string>;

  constructor(machine: MachineFolders) {
    const { files } = machine;
    this.#machine = machine;
    this.changesUnseen = machine.platform === 'win32';
    this.#infos = new FileCache({
      files,
      bytesLimit: BYTES_LIMIT,
      parse: (bytes) => gogInfoSchema.parse(parseJson(bytes)),
    });
    this.#linuxInfos = new FileCache({
      files,
      bytesLimit: BYTES_LIMIT,
      parse: (bytes) => decodeText(bytes).split('\n', 1)[0]?.trim() ?? '',
    });
  }

  async watched(): Promise<readonly string[]> {
    return this.#gameFolders().map((folder) => this.#machine.files.locate(folder));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('gog', this.#machine);
    this.#infos.nextRound();
    this.#linuxInfos.nextRound();
    const seen = new Set<string>();
    await this.#readRegistry(report, seen);
    for (const folder of this.#gameFolders()) await this.#readGameFolders(folder, report, seen);
    return report.reading();
  }

  async #readRegistry(report: StoreReport, seen: Set<string>): Promise<void> {
    const { registry } = this.#machine;
    for (const subkey of registry.subkeys('HKEY_LOCAL_MACHINE', GAMES_KEY)) {
      if (report.full) return;
      const value = (name: string) =>
        registry.value('HKEY_LOCAL_MACHINE', `${GAMES_KEY}\\${subkey}`, name)?.trim() ?? '';
      const title = value('gameName');
      const folder = value('path');
      if (folder === '') report.ignore(`${title || subkey}: the registry tells no folder`);
      // An add-on lies in its game's folder.
      else if (value('dependsOn') !== '') report.ignore(`${title || subkey}: is an add-on of a game`);
      else if (!seen.has(this.#key(folder))) {
        seen.add(this.#key(folder));
        await report.add({ id: value('gameID') || subkey, title, folder });
      }
    }
  }

  async #readGameFolders(parent: string, report: StoreReport, seen: Set<string>): Promise<void> {
    const paths = pathsOf(this.#machine);
    const entries = await report.attempt(parent, () => this.#machine.files.entries(parent, ENTRIES_LIMIT));
    const folders = (entries ?? [])
      .filter(({ kind }) => kind === 'folder')
      .map(({ name }) => paths.join(parent, name))
      .filter((folder) => !seen.has(this.#key(folder)))
      .sort();
    const found = await mapBounded(folders, READS_AT_ONCE, async (folder) => {
      const game = await report.attempt(folder, () => this.#gameIn(folder));
      return game === undefined ? undefined : { folder, game };
    });
    for (const entry of found) {
      if (entry === undefined) continue;
      seen.add(this.#key(entry.folder));
      await report.add({ ...entry.game, folder: entry.folder });
    }
  }

  async #gameIn(folder: string): Promise<GogGame | undefined> {
    const paths = pathsOf(this.#machine);
    const entries = (await this.#machine.files.entries(folder, ENTRIES_LIMIT)) ?? [];
    for (const { name } of entries) {
      if (!/^goggame-\d+\.info$/i.test(name)) continue;
      const info = await this.#infos.get(paths.join(folder, name));
      if (info !== undefined && (info.rootGameId ?? info.gameId) === info.gameId) {
        return { id: info.gameId, title: info.name };
      }
    }
    // Of Linux installers only the name on the first line is the same in all versions; there is no id in some.
    const title = await this.#linuxInfos.get(paths.join(folder, 'gameinfo'));
    return title === undefined ? undefined : { id: paths.basename(folder), title };
  }

  /** Where Galaxy and the installers put games unless told otherwise. */
  #gameFolders(): readonly string[] {
    const { platform, environment, home } = this.#machine;
    const paths = pathsOf(this.#machine);
    if (platform !== 'win32') return [paths.join(home, 'GOG Games')];
    const programs = environment['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
    const system = environment.SystemDrive ?? 'C:';
    return [`${system}\\GOG Games`, paths.join(programs, 'GOG Galaxy', 'Games')];
  }

  #key(folder: string): string {
    return folderKey(pathsOf(this.#machine).normalize(folder));
  }
}
