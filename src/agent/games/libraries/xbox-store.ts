import { FileCache } from './file-cache.ts';
import { parseGamingRoot } from './gaming-root.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { decodeText } from './text-encoding.ts';
import { xmlElements } from './xml-attributes.ts';

const GAMING_ROOT_BYTES_LIMIT = 64 * 1024;
const CONFIG_BYTES_LIMIT = 1024 * 1024;
const ENTRIES_LIMIT = 20_000;
const READS_AT_ONCE = 8;
/** The folder that the Xbox app proposes. */
const USUAL_FOLDER = 'XboxGames';
/** Below a game's folder; an old layout has the file at its top. */
const CONFIG_FILES = ['Content\\MicrosoftGame.config', 'MicrosoftGame.config'];

/** What is needed of a `MicrosoftGame.config`. */
interface XboxConfig {
  /** `Identity/@Name`: unique in the store. */
  readonly identity: string | undefined;
  readonly title: string | undefined;
  /** An add-on has none. */
  readonly hasExecutable: boolean;
}

/** Games of the Xbox app and Game Pass (Windows), which it installs in one folder of each drive. */
export class XboxStore implements StoreReader {
  readonly store = 'xbox';
  readonly #machine: MachineFolders;
  readonly #configs: FileCache<XboxConfig>;

  constructor(machine: MachineFolders) {
    this.#machine = machine;
    this.#configs = new FileCache({
      files: machine.files,
      bytesLimit: CONFIG_BYTES_LIMIT,
      parse: parseConfig,
    });
  }

  async watched(): Promise<readonly string[]> {
    if (this.#machine.platform !== 'win32') return [];
    const paths = pathsOf(this.#machine);
    const report = new StoreReport('xbox', this.#machine);
    const drives = await this.#machine.drives();
    const folders = await mapBounded(drives, READS_AT_ONCE, (drive) => this.#gameFolders(drive, report));
    const watched = [...drives.map((drive) => paths.join(drive, '.GamingRoot')), ...folders.flat()];
    return watched.map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('xbox', this.#machine);
    if (this.#machine.platform !== 'win32') return report.reading();
    this.#configs.nextRound();
    for (const drive of await this.#machine.drives()) {
      for (const folder of await this.#gameFolders(drive, report)) await this.#readGames(folder, report);
    }
    return report.reading();
  }

  async #gameFolders(drive: string, report: StoreReport): Promise<readonly string[]> {
    const paths = pathsOf(this.#machine);
    const file = paths.join(drive, '.GamingRoot');
    const bytes = await report.attempt(file, () => this.#machine.files.read(file, GAMING_ROOT_BYTES_LIMIT));
    const named = bytes === undefined ? [] : parseGamingRoot(bytes);
    if (named === undefined) report.ignore(`${file}: is not as expected`);
    const folders = new Map<string, string>();
    for (const name of [...(named ?? []), USUAL_FOLDER]) {
      const folder = paths.join(drive, name).replace(/[\\/]+$/, '');
      if (!folders.has(folder.toLowerCase())) folders.set(folder.toLowerCase(), folder);
    }
    return [...folders.values()];
  }

  async #readGames(parent: string, report: StoreReport): Promise<void> {
    const paths = pathsOf(this.#machine);
    const entries = await report.attempt(parent, () => this.#machine.files.entries(parent, ENTRIES_LIMIT));
    const names = (entries ?? []).filter(({ kind }) => kind === 'folder').map(({ name }) => name);
    const configs = await mapBounded(names.sort(), READS_AT_ONCE, async (name) => ({
      name,
      config: await this.#config(paths.join(parent, name), report),
    }));
    for (const { name, config } of configs) {
      // Folders without one, such as `GameSave`, hold no game.
      if (config === undefined) continue;
      if (report.full) break;
      if (!config.hasExecutable) {
        report.ignore(`${config.title ?? name}: is an add-on of a game`);
        continue;
      }
      await report.add({
        id: config.identity ?? name,
        title: config.title ?? name,
        folder: paths.join(parent, name),
      });
    }
  }

  async #config(folder: string, report: StoreReport): Promise<XboxConfig | undefined> {
    for (const name of CONFIG_FILES) {
      const file = pathsOf(this.#machine).join(folder, name);
      const config = await report.attempt(file, () => this.#configs.get(file));
      if (config !== undefined) return config;
    }
    return undefined;
  }
}

/**
 * `<Game><Identity Name="…"/><ExecutableList><Executable Name="…"/></ExecutableList><ShellVisuals
 * DefaultDisplayName="…"/></Game>`, as Microsoft's GDK documents it.
 */
function parseConfig(bytes: Buffer): XboxConfig {
  let identity: string | undefined;
  let title: string | undefined;
  let hasExecutable = false;
  let isGame = false;
  for (const { name, attributes } of xmlElements(decodeText(bytes))) {
    if (name === 'Game') isGame = true;
    else if (name === 'Identity') identity ??= attributes.get('Name');
    else if (name === 'ShellVisuals') title ??= attributes.get('DefaultDisplayName');
    else if (name === 'Executable') hasExecutable = true;
  }
  if (!isGame) throw new Error('no Game element in it');
  // A title in the game's own translations cannot be read without them.
  return { identity, hasExecutable, title: title?.startsWith('ms-resource:') ? undefined : title };
}
