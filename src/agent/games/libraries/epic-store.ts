import { z } from 'zod';
import { FileCache } from './file-cache.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { parseJson } from './text-encoding.ts';

const OF_NO_CATEGORY = 'is of no category of games';
const BYTES_LIMIT = 4 * 1024 * 1024;
const ENTRIES_LIMIT = 50_000;
const READS_AT_ONCE = 8;

/** What is needed of one `<guid>.item`; the launcher writes some thirty fields more. */
const epicItemSchema = z.object({
  AppName: z.string().min(1).max(400),
  InstallLocation: z.string().min(1).max(4096),
  DisplayName: z.string().max(10_000).catch(''),
  /** Of an add-on: the game it belongs to, in whose folder it lies. */
  MainGameAppName: z.string().catch(''),
  AppCategories: z.array(z.string()).max(1000).catch([]),
  bIsIncompleteInstall: z.boolean().catch(false),
  InstallSize: z.number().int().nonnegative().nullable().catch(null),
});
type EpicItem = z.infer<typeof epicItemSchema>;

/** Games of the Epic Games Launcher (Windows), from the manifests it keeps of what is installed. */
export class EpicStore implements StoreReader {
  readonly store = 'epic';
  readonly #machine: MachineFolders;
  readonly #items: FileCache<EpicItem>;

  constructor(machine: MachineFolders) {
    this.#machine = machine;
    this.#items = new FileCache({
      files: machine.files,
      bytesLimit: BYTES_LIMIT,
      parse: (bytes) => epicItemSchema.parse(parseJson(bytes)),
    });
  }

  async watched(): Promise<readonly string[]> {
    return this.#manifestFolders().map((folder) => this.#machine.files.locate(folder));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('epic', this.#machine);
    this.#items.nextRound();
    for (const folder of this.#manifestFolders()) await this.#readFolder(folder, report);
    return report.reading();
  }

  async #readFolder(folder: string, report: StoreReport): Promise<void> {
    const paths = pathsOf(this.#machine);
    const entries = await report.attempt(folder, () => this.#machine.files.entries(folder, ENTRIES_LIMIT));
    const names = (entries ?? [])
      .map(({ name }) => name)
      .filter((name) => /\.item$/i.test(name))
      .sort();
    const items = await mapBounded(names, READS_AT_ONCE, (name) =>
      report.attempt(name, () => this.#items.get(paths.join(folder, name))),
    );
    for (const item of items) {
      if (item === undefined) continue;
      if (report.full) break;
      const reason = whyNoGame(item);
      if (reason !== undefined) {
        const why = `${item.DisplayName || item.AppName}: ${reason}`;
        // What is an add-on or half installed lies in a game's folder.
        if (reason === OF_NO_CATEGORY) report.ruleOut(paths.normalize(item.InstallLocation), why);
        else report.ignore(why);
        continue;
      }
      await report.add({
        id: item.AppName,
        title: item.DisplayName,
        folder: paths.normalize(item.InstallLocation),
        sizeBytes: item.InstallSize,
      });
    }
  }

  /** The launcher's data folder is in the registry when it was moved. */
  #manifestFolders(): readonly string[] {
    const { platform, registry, environment } = this.#machine;
    if (platform !== 'win32') return [];
    const paths = pathsOf(this.#machine);
    const named = registry.value(
      'HKEY_LOCAL_MACHINE',
      'SOFTWARE\\Epic Games\\EpicGamesLauncher',
      'AppDataPath',
    );
    const usual = paths.join(
      environment.ProgramData ?? 'C:\\ProgramData',
      'Epic',
      'EpicGamesLauncher',
      'Data',
    );
    const folders = [named, usual]
      .filter((folder) => folder !== undefined)
      .filter((folder) => paths.isAbsolute(folder))
      .map((folder) => paths.join(folder, 'Manifests'));
    return [...new Map(folders.map((folder) => [folder.toLowerCase(), folder])).values()];
  }
}

function whyNoGame(item: EpicItem): string | undefined {
  if (item.bIsIncompleteInstall) return 'is not fully installed';
  if (item.MainGameAppName !== '' && item.MainGameAppName !== item.AppName) return 'is an add-on of a game';
  const categories = item.AppCategories.map((category) => category.toLowerCase());
  if (categories.length > 0 && !categories.includes('games')) return OF_NO_CATEGORY;
  return undefined;
}
