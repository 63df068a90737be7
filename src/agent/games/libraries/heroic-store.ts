import { linuxUserFolders, windowsUserData } from './data-folders.ts';
import { FileCache } from './file-cache.ts';
import {
  type HeroicGames,
  parseHeroicInstalled,
  parseHeroicTitles,
  parseLegendaryInstalled,
  parseNileInstalled,
  parseSideloadLibrary,
} from './heroic-files.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { SeenFolders } from './seen-folders.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';

const INSTALLED_BYTES_LIMIT = 8 * 1024 * 1024;
/** These hold descriptions and pictures' addresses of all that the user owns. */
const TITLES_BYTES_LIMIT = 64 * 1024 * 1024;
const FLATPAK = 'com.heroicgameslauncher.hgl';

interface Source {
  /** Begins the ids, for the stores behind Heroic have their own. */
  readonly origin: string;
  /** Below one of Heroic's folders. */
  readonly file: string;
  readonly titles?: string;
  readonly parse: (bytes: Buffer) => HeroicGames;
}

const SOURCES: readonly Source[] = [
  { origin: 'epic', file: 'legendaryConfig/legendary/installed.json', parse: parseLegendaryInstalled },
  {
    origin: 'gog',
    file: 'gog_store/installed.json',
    titles: 'store_cache/gog_library.json',
    parse: parseHeroicInstalled,
  },
  {
    origin: 'amazon',
    file: 'nile_config/nile/installed.json',
    titles: 'nile_config/nile/library.json',
    parse: parseNileInstalled,
  },
  {
    origin: 'zoom',
    file: 'zoom_store/installed.json',
    titles: 'store_cache/zoom_library.json',
    parse: parseHeroicInstalled,
  },
  { origin: 'sideload', file: 'sideload_apps/library.json', parse: parseSideloadLibrary },
];

interface PlacedSource extends Source {
  /** Absolute. */
  readonly path: string;
}

/**
 * Games of the Heroic Games Launcher, of each store behind it. Files and their fields are those of its source code
 * (`src/backend/storeManagers`, `src/common/types`); since 2026 it keeps them by the XDG specification on Linux, before
 * all of them were below its configuration folder. Legendary by itself uses `legendary/installed.json`.
 */
export class HeroicStore implements StoreReader {
  readonly store = 'heroic';
  readonly #machine: MachineFolders;
  readonly #installed: ReadonlyMap<string, FileCache<HeroicGames>>;
  readonly #titles: FileCache<ReadonlyMap<string, string>>;

  constructor(machine: MachineFolders) {
    const { files } = machine;
    this.#machine = machine;
    this.#installed = new Map(
      SOURCES.map(({ origin, parse }) => [
        origin,
        new FileCache({ files, bytesLimit: INSTALLED_BYTES_LIMIT, parse }),
      ]),
    );
    this.#titles = new FileCache({ files, bytesLimit: TITLES_BYTES_LIMIT, parse: parseHeroicTitles });
  }

  async watched(): Promise<readonly string[]> {
    return this.#sources().map(({ path }) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('heroic', this.#machine);
    for (const cache of this.#installed.values()) cache.nextRound();
    this.#titles.nextRound();
    const seen = new SeenFolders(this.#machine);
    for (const source of this.#sources()) await this.#readSource(source, report, seen);
    return report.reading();
  }

  async #readSource(source: PlacedSource, report: StoreReport, seen: SeenFolders): Promise<void> {
    const { normalize } = pathsOf(this.#machine);
    const { origin, path } = source;
    const found = await report.attempt(path, async () => this.#installed.get(origin)?.get(path));
    if (found === undefined) return;
    for (const line of found.ignored) report.ignore(`${path}: ${line}`);
    const lacksTitles = found.games.some(({ title }) => title === null);
    const titles = lacksTitles ? await this.#titlesOf(source, report) : undefined;
    for (const { id, title, folder, sizeBytes } of found.games) {
      if (report.full) return;
      if (!seen.add(folder)) continue;
      await report.add({
        id: `${origin}-${id}`,
        title: title ?? titles?.get(id),
        folder: normalize(folder),
        sizeBytes,
      });
    }
  }

  async #titlesOf({ titles }: Source, report: StoreReport): Promise<ReadonlyMap<string, string> | undefined> {
    if (titles === undefined) return undefined;
    for (const folder of this.#folders(['cache', 'data', 'config'])) {
      const path = pathsOf(this.#machine).join(folder, titles);
      const found = await report.attempt(path, () => this.#titles.get(path));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #sources(): readonly PlacedSource[] {
    const { join } = pathsOf(this.#machine);
    const heroic = this.#folders(['config', 'data']).flatMap((folder) =>
      SOURCES.map((source) => ({ ...source, path: join(folder, source.file) })),
    );
    // Legendary by itself, which Heroic used as well in its first years.
    const alone = this.#parents(['config']).flatMap((parent) =>
      SOURCES.slice(0, 1).map((source) => ({ ...source, path: join(parent, 'legendary', 'installed.json') })),
    );
    return [...heroic, ...alone];
  }

  #folders(kinds: readonly ('config' | 'data' | 'cache')[]): readonly string[] {
    return this.#parents(kinds).map((parent) => pathsOf(this.#machine).join(parent, 'heroic'));
  }

  #parents(kinds: readonly ('config' | 'data' | 'cache')[]): readonly string[] {
    if (this.#machine.platform === 'win32') return [windowsUserData(this.#machine, 'roaming')];
    return kinds.flatMap((kind) => linuxUserFolders(this.#machine, kind, FLATPAK));
  }
}
