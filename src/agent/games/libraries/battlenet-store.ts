import { z } from 'zod';
import { type BattlenetProduct, parseBattlenetProducts } from './battlenet-product-db.ts';
import { windowsMachineData, windowsUserData } from './data-folders.ts';
import { FileCache } from './file-cache.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import { SeenFolders } from './seen-folders.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { subFolders } from './sub-folders.ts';
import { parseJson } from './text-encoding.ts';
import { uninstallEntries } from './uninstall-entries.ts';

const DATABASE_BYTES_LIMIT = 4 * 1024 * 1024;
const CONFIG_BYTES_LIMIT = 4 * 1024 * 1024;
const READS_AT_ONCE = 8;
/** The app, the service that installs games, and the service's bootstrap are products as well. */
const OWN_PRODUCTS: ReadonlySet<string> = new Set(['bna', 'battle.net', 'agent', 'agent_beta', 'bts']);

/** What is needed of `Battle.net.config`, the app's settings. */
const configSchema = z.object({
  Client: z.object({ Install: z.object({ DefaultInstallPath: z.string().min(1).max(4096) }) }),
});

/**
 * Games of Battle.net (Windows): those of its own database, with the names that Windows' list of installed programs has
 * for them, and what else lies where it installs to and shows `.build.info`, the file of Blizzard's updater.
 */
export class BattlenetStore implements StoreReader {
  readonly store = 'battlenet';
  readonly #machine: MachineFolders;
  readonly #products: FileCache<readonly BattlenetProduct[]>;
  readonly #defaultFolder: FileCache<string | undefined>;
  #titles: { readonly products: string; readonly byUid: ReadonlyMap<string, string> } | undefined;

  constructor(machine: MachineFolders) {
    const { files } = machine;
    this.#machine = machine;
    this.#products = new FileCache({
      files,
      bytesLimit: DATABASE_BYTES_LIMIT,
      parse: parseBattlenetProducts,
    });
    this.#defaultFolder = new FileCache({
      files,
      bytesLimit: CONFIG_BYTES_LIMIT,
      // Until the user chose a folder there is none in it.
      parse: (bytes) => configSchema.safeParse(parseJson(bytes)).data?.Client.Install.DefaultInstallPath,
    });
  }

  async watched(): Promise<readonly string[]> {
    if (this.#machine.platform !== 'win32') return [];
    return [this.#databaseFile()].map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('battlenet', this.#machine);
    if (this.#machine.platform !== 'win32') return report.reading();
    this.#products.nextRound();
    this.#defaultFolder.nextRound();
    const seen = new SeenFolders(this.#machine);
    await this.#readDatabase(report, seen);
    await this.#readDefaultFolder(report, seen);
    return report.reading();
  }

  async #readDatabase(report: StoreReport, seen: SeenFolders): Promise<void> {
    const { normalize } = pathsOf(this.#machine);
    const file = this.#databaseFile();
    const listed = (await report.attempt(file, () => this.#products.get(file))) ?? [];
    // Two versions of one game share its folder: the first by name has it, whatever their order in the file.
    const products = listed
      .filter(({ uid, code }) => uid !== '' && !isOwnProduct(uid) && !isOwnProduct(code))
      .toSorted((one, other) => (one.uid < other.uid ? -1 : 1));
    const titles = await this.#titlesOf(products);
    for (const { uid, folder, playable } of products) {
      if (report.full) return;
      const title = titles.get(uid.toLowerCase());
      if (folder === '') report.ignore(`${title ?? uid}: Battle.net tells no folder`);
      else if (!seen.add(folder)) continue;
      else if (!playable) report.ignore(`${title ?? uid}: is not fully installed`);
      else await report.add({ id: uid, title, folder: normalize(folder) });
    }
  }

  async #readDefaultFolder(report: StoreReport, seen: SeenFolders): Promise<void> {
    const { files, environment } = this.#machine;
    const paths = pathsOf(this.#machine);
    const config = paths.join(windowsUserData(this.#machine, 'roaming'), 'Battle.net', 'Battle.net.config');
    const usual = environment['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
    const named = await report.attempt(config, () => this.#defaultFolder.get(config));
    const parent = named !== undefined && paths.isAbsolute(named) ? paths.normalize(named) : usual;
    const folders = await subFolders(parent, this.#machine, report);
    const games = await mapBounded(folders, READS_AT_ONCE, async (folder) => {
      const isGame =
        (await files.exists(paths.join(folder, '.build.info'))) &&
        // The app updates itself by the same means.
        !(await files.exists(paths.join(folder, 'Battle.net.exe')));
      return isGame ? folder : undefined;
    });
    for (const folder of games) {
      if (seen.add(folder)) await report.add({ id: `folder-${paths.basename(folder)}`, folder });
    }
  }

  /** By uid. The list of installed programs is long, and gone through only when Battle.net's products are others. */
  async #titlesOf(products: readonly BattlenetProduct[]): Promise<ReadonlyMap<string, string>> {
    const content = JSON.stringify(products);
    if (this.#titles?.products !== content) {
      // `"…\Blizzard Uninstaller.exe" --lang=enUS --uid=prometheus --displayname="Overwatch"`
      const entries = await uninstallEntries(this.#machine.registry, (command) =>
        /Blizzard Uninstaller\.exe/i.test(command),
      );
      const byUid = entries.flatMap(({ command, displayName }): [string, string][] => {
        const [, uid] = /--uid="?([^\s"]{1,200})/i.exec(command) ?? [];
        return uid === undefined ? [] : [[uid.toLowerCase(), displayName]];
      });
      this.#titles = { products: content, byUid: new Map(byUid) };
    }
    return this.#titles.byUid;
  }

  #databaseFile(): string {
    return pathsOf(this.#machine).join(
      windowsMachineData(this.#machine),
      'Battle.net',
      'Agent',
      'product.db',
    );
  }
}

function isOwnProduct(name: string): boolean {
  return OWN_PRODUCTS.has(name.toLowerCase());
}
