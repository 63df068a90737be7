import { linuxUserFolders } from './data-folders.ts';
import { FileCache } from './file-cache.ts';
import { folderRefusal } from './folder-refusal.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { SeenFolders } from './seen-folders.ts';
import { parseSimpleYaml, yamlText } from './simple-yaml.ts';
import { SqliteCache } from './sqlite-cache.ts';
import type { SqliteRow } from './sqlite-tables.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { decodeText } from './text-encoding.ts';

const CONFIG_BYTES_LIMIT = 1024 * 1024;
const FLATPAK = 'net.lutris.Lutris';
const COLUMNS = ['id', 'slug', 'name', 'runner', 'directory', 'installed', 'configpath', 'service'];

/** What is needed of a game's own configuration. */
interface LutrisConfig {
  readonly program: string | undefined;
  readonly workingFolder: string | undefined;
}

/**
 * Games of Lutris (Linux): the table `games` of its database (`pga.db`, SQLite), and where that tells no usable folder
 * the program in the game's `games/<configpath>.yml` (`lutris/database/schema.py`, `lutris/config.py`). For Windows
 * games the folder is mostly the Wine prefix. Games of emulators are files without programs, and not told.
 */
export class LutrisStore implements StoreReader {
  readonly store = 'lutris';
  readonly #machine: MachineFolders;
  readonly #games: SqliteCache<readonly SqliteRow[]>;
  readonly #configs: FileCache<LutrisConfig>;

  constructor(machine: MachineFolders) {
    this.#machine = machine;
    this.#games = new SqliteCache(machine.files, (tables) => tables.rows('games', COLUMNS));
    this.#configs = new FileCache({
      files: machine.files,
      bytesLimit: CONFIG_BYTES_LIMIT,
      parse: (bytes) => {
        const config = parseSimpleYaml(decodeText(bytes));
        return {
          program: yamlText(config, 'game', 'exe'),
          workingFolder: yamlText(config, 'game', 'working_dir'),
        };
      },
    });
  }

  async watched(): Promise<readonly string[]> {
    return this.#databases()
      .flatMap((file) => [file, `${file}-wal`])
      .map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('lutris', this.#machine);
    this.#configs.nextRound();
    const seen = new SeenFolders(this.#machine);
    for (const file of this.#databases()) {
      const rows = await report.attempt(file, () => this.#games.get(file));
      for (const row of rows ?? []) {
        if (report.full) break;
        if (row.installed === 1) await this.#add(row, report, seen);
      }
    }
    return report.reading();
  }

  async #add(row: SqliteRow, report: StoreReport, seen: SeenFolders): Promise<void> {
    const title = text(row.name) || text(row.slug);
    if (text(row.runner) === 'steam' || text(row.service) === 'steam') {
      report.ignore(`${title}: is Steam's game, which Steam tells of itself`);
      return;
    }
    const folders = await this.#possibleFolders(row, report);
    const [first] = folders;
    if (first === undefined) {
      report.ignore(`${title}: Lutris tells no folder`);
      return;
    }
    // A folder of many games (`~/Games`) is no use; the program's own is then.
    const usable = await firstOf(
      folders,
      async (folder) => (await folderRefusal(folder, this.#machine)) === undefined,
    );
    const folder = usable ?? first;
    if (!seen.add(folder)) return;
    await report.add({ id: `${text(row.slug).slice(0, 300)}-${row.id ?? ''}`, title, folder });
  }

  async #possibleFolders(row: SqliteRow, report: StoreReport): Promise<readonly string[]> {
    const paths = pathsOf(this.#machine);
    const directory = text(row.directory);
    const config = await this.#configOf(text(row.configpath), report);
    const program = config?.program;
    const programFolder = program === undefined ? '' : paths.dirname(paths.join(directory, program));
    return [
      directory,
      program !== undefined && paths.isAbsolute(program) ? paths.dirname(program) : programFolder,
      config?.workingFolder ?? '',
    ]
      .filter((folder) => paths.isAbsolute(folder))
      .map((folder) => paths.normalize(folder));
  }

  async #configOf(name: string, report: StoreReport): Promise<LutrisConfig | undefined> {
    if (name === '' || /[/\0]/.test(name) || name.length > 200) return undefined;
    const { join } = pathsOf(this.#machine);
    // Below the data folder since 2024.
    for (const kind of ['data', 'config'] as const) {
      for (const folder of linuxUserFolders(this.#machine, kind, FLATPAK)) {
        const file = join(folder, 'lutris', 'games', `${name}.yml`);
        const config = await report.attempt(file, () => this.#configs.get(file));
        if (config !== undefined) return config;
      }
    }
    return undefined;
  }

  #databases(): readonly string[] {
    if (this.#machine.platform === 'win32') return [];
    return linuxUserFolders(this.#machine, 'data', FLATPAK).map((folder) =>
      pathsOf(this.#machine).join(folder, 'lutris', 'pga.db'),
    );
  }
}

async function firstOf<T>(
  items: readonly T[],
  isWanted: (item: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const item of items) if (await isWanted(item)) return item;
  return undefined;
}

function text(value: string | number | null | undefined): string {
  return typeof value === 'string' ? value : '';
}
