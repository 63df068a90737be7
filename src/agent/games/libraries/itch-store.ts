import { linuxUserFolders, windowsUserData } from './data-folders.ts';
import { FileCache } from './file-cache.ts';
import { type ItchReceipt, parseItchReceipt } from './itch-receipt.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import { SeenFolders } from './seen-folders.ts';
import { SqliteCache } from './sqlite-cache.ts';
import type { SqliteRow, SqliteTables } from './sqlite-tables.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { type CandidateGame, StoreReport } from './store-report.ts';
import { subFolders } from './sub-folders.ts';

const RECEIPT_BYTES_LIMIT = 4 * 1024 * 1024;
const READS_AT_ONCE = 4;
/** What itch sells besides: books, comics, soundtracks, tools, assets, mods, things made of cardboard. */
const GAME = 'game';

/** What one butler.db holds. */
interface ItchDatabase {
  readonly locations: readonly string[];
  readonly games: readonly ItchCave[];
}

/** itch calls an installation a cave. */
interface ItchCave extends CandidateGame {
  readonly classification: string;
}

/**
 * Games of the itch app: those of its database (`butler.db`, SQLite; tables by butler's `database/models`), and others
 * in its install folders that have a receipt.
 */
export class ItchStore implements StoreReader {
  readonly store = 'itch';
  readonly #machine: MachineFolders;
  readonly #databases: SqliteCache<ItchDatabase>;
  readonly #receipts: FileCache<ItchReceipt>;

  constructor(machine: MachineFolders) {
    this.#machine = machine;
    this.#databases = new SqliteCache(machine.files, (tables) => this.#readDatabase(tables));
    this.#receipts = new FileCache({
      files: machine.files,
      bytesLimit: RECEIPT_BYTES_LIMIT,
      parse: parseItchReceipt,
    });
  }

  async watched(): Promise<readonly string[]> {
    return this.#roots()
      .map((root) => this.#databaseFile(root))
      .flatMap((file) => [file, `${file}-wal`])
      .map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('itch', this.#machine);
    this.#receipts.nextRound();
    const seen = new SeenFolders(this.#machine);
    for (const root of this.#roots()) {
      const file = this.#databaseFile(root);
      const database = await report.attempt(file, () => this.#databases.get(file));
      for (const cave of database?.games ?? []) {
        if (report.full) break;
        if (seen.add(cave.folder)) await this.#add(cave, cave.classification, report);
      }
      const usual = pathsOf(this.#machine).join(root, 'apps');
      for (const location of new Set([...(database?.locations ?? []), usual])) {
        await this.#readReceipts(location, report, seen);
      }
    }
    return report.reading();
  }

  #readDatabase(tables: SqliteTables): ItchDatabase {
    const paths = pathsOf(this.#machine);
    const located = tables
      .rows('install_locations', ['id', 'path'])
      .map(({ id, path }): [string, string] => [text(id), text(path)])
      .filter(([, path]) => paths.isAbsolute(path));
    const locations = new Map(located);
    const games = tables.rows('caves', CAVE_COLUMNS).flatMap((cave) => {
      const location = locations.get(text(cave.install_location_id)) ?? '';
      const name = text(cave.install_folder_name);
      // As butler itself: a folder of its own choice comes first.
      const folder = text(cave.custom_install_folder) || (location && name && paths.join(location, name));
      return folder === '' ? [] : [{ ...caveOf(cave, tables), folder }];
    });
    return { locations: [...locations.values()], games };
  }

  async #readReceipts(location: string, report: StoreReport, seen: SeenFolders): Promise<void> {
    const paths = pathsOf(this.#machine);
    const folders = (await subFolders(location, this.#machine, report)).filter((folder) => seen.add(folder));
    const found = await mapBounded(folders, READS_AT_ONCE, async (folder) => {
      const file = paths.join(folder, '.itch', 'receipt.json.gz');
      const receipt = await report.attempt(file, () => this.#receipts.get(file));
      return receipt === undefined ? undefined : { receipt, folder };
    });
    for (const { receipt, folder } of found) {
      const { id, title, classification } = receipt;
      if (report.full) return;
      await this.#add({ id: String(id), title, folder }, classification, report);
    }
  }

  async #add(game: CandidateGame, classification: string, report: StoreReport): Promise<void> {
    if (classification === GAME) await report.add(game);
    else {
      const why = `${game.title || game.folder}: itch calls it ${classification}, not a game`;
      report.ruleOut(game.folder, why);
    }
  }

  #roots(): readonly string[] {
    const paths = pathsOf(this.#machine);
    const folders =
      this.#machine.platform === 'win32'
        ? [windowsUserData(this.#machine, 'roaming')]
        : linuxUserFolders(this.#machine, 'config', 'io.itch.itch');
    return folders.map((folder) => paths.join(folder, 'itch'));
  }

  #databaseFile(root: string): string {
    return pathsOf(this.#machine).join(root, 'db', 'butler.db');
  }
}

const CAVE_COLUMNS = [
  'id',
  'game_id',
  'install_location_id',
  'install_folder_name',
  'custom_install_folder',
  'installed_size',
];

function caveOf(cave: SqliteRow, tables: SqliteTables): Omit<ItchCave, 'folder'> {
  const gameId = typeof cave.game_id === 'number' ? cave.game_id : -1;
  const [game] = tables.rows('games', ['title', 'classification'], { column: 'id', value: gameId });
  const size = cave.installed_size;
  return {
    // The same game may be installed twice; then `mergeGames` tells them apart by their folders.
    id: gameId > 0 ? String(gameId) : `cave-${text(cave.id)}`,
    title: text(game?.title),
    classification: text(game?.classification) || GAME,
    sizeBytes: typeof size === 'number' && Number.isSafeInteger(size) && size > 0 ? size : null,
  };
}

function text(value: string | number | null | undefined): string {
  return typeof value === 'string' ? value : '';
}
