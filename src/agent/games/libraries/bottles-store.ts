import { posix } from 'node:path';
import { type Bottle, parseBottle, parseBottlesLibrary } from './bottle.ts';
import { linuxUserFolders } from './data-folders.ts';
import { FileCache } from './file-cache.ts';
import type { MachineFolders } from './machine-folders.ts';
import { SeenFolders } from './seen-folders.ts';
import { parseSimpleYaml, yamlText } from './simple-yaml.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { subFolders } from './sub-folders.ts';
import { decodeText } from './text-encoding.ts';

const BYTES_LIMIT = 4 * 1024 * 1024;
const FLATPAK = 'com.usebottles.bottles';
const { dirname, isAbsolute, join, normalize } = posix;

/**
 * Games of Bottles (Linux): programs that the user added to a bottle for games, and of other bottles those in the
 * library. Bottles for applications have office programs, and Bottles itself knows no difference. Programs that Bottles
 * only finds in a bottle's start menu are in none of its files.
 */
export class BottlesStore implements StoreReader {
  readonly store = 'bottles';
  readonly #machine: MachineFolders;
  readonly #bottles: FileCache<Bottle>;
  readonly #libraries: FileCache<ReadonlySet<string>>;
  /** Of small files of one value: `data.yml` and `placeholder.yml`. */
  readonly #paths: FileCache<string | undefined>;

  constructor(machine: MachineFolders) {
    const { files } = machine;
    const bytesLimit = BYTES_LIMIT;
    this.#machine = machine;
    this.#bottles = new FileCache({ files, bytesLimit, parse: parseBottle });
    this.#libraries = new FileCache({ files, bytesLimit, parse: parseBottlesLibrary });
    this.#paths = new FileCache({ files, bytesLimit, parse: otherPath });
  }

  async watched(): Promise<readonly string[]> {
    const report = new StoreReport('bottles', this.#machine);
    const watched: string[] = [];
    for (const root of this.#roots()) {
      watched.push(join(root, 'library.yml'));
      for (const parent of await this.#parents(root, report)) {
        watched.push(parent);
        const bottles = await this.#bottleFolders(parent, report);
        watched.push(...bottles.map((folder) => join(folder, 'bottle.yml')));
      }
    }
    return watched.map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('bottles', this.#machine);
    this.#bottles.nextRound();
    this.#libraries.nextRound();
    this.#paths.nextRound();
    const seen = new SeenFolders(this.#machine);
    for (const root of this.#roots()) {
      const file = join(root, 'library.yml');
      const library = (await report.attempt(file, () => this.#libraries.get(file))) ?? new Set<string>();
      for (const parent of await this.#parents(root, report)) {
        for (const folder of await this.#bottleFolders(parent, report)) {
          await this.#readBottle(folder, library, report, seen);
        }
      }
    }
    return report.reading();
  }

  async #readBottle(
    folder: string,
    library: ReadonlySet<string>,
    report: StoreReport,
    seen: SeenFolders,
  ): Promise<void> {
    const file = join(folder, 'bottle.yml');
    const bottle = await report.attempt(file, () => this.#bottles.get(file));
    for (const { id, name, program } of bottle?.programs ?? []) {
      if (report.full) return;
      if (!bottle?.isForGames && !library.has(id)) continue;
      const path = linuxPath(program, folder);
      if (path === undefined) report.ignore(`${name || id}: ${program} is no path that is known here`);
      else if (/\/drive_c(\/windows(\/.*)?)?$/i.test(dirname(path))) {
        report.ignore(`${name || id}: lies in a folder of the bottle's Windows`);
      } else if (seen.add(dirname(path))) {
        await report.add({ id, title: name, folder: dirname(path) });
      }
    }
  }

  /** The folders that hold bottles. */
  async #parents(root: string, report: StoreReport): Promise<readonly string[]> {
    const file = join(root, 'data.yml');
    const chosen = await report.attempt(file, () => this.#paths.get(file));
    const usual = join(root, 'bottles');
    return chosen === undefined || normalize(chosen) === usual ? [usual] : [normalize(chosen), usual];
  }

  /** A bottle that lies elsewhere has a folder with a `placeholder.yml` in its place. */
  async #bottleFolders(parent: string, report: StoreReport): Promise<readonly string[]> {
    const folders: string[] = [];
    for (const folder of await subFolders(parent, this.#machine, report)) {
      const file = join(folder, 'placeholder.yml');
      const elsewhere = await report.attempt(file, () => this.#paths.get(file));
      folders.push(elsewhere === undefined ? folder : normalize(elsewhere));
    }
    return folders;
  }

  #roots(): readonly string[] {
    if (this.#machine.platform === 'win32') return [];
    return linuxUserFolders(this.#machine, 'data', FLATPAK).map((folder) => join(folder, 'bottles'));
  }
}

/** `custom_bottles_path: /…` of `data.yml`, `Path: /…` of `placeholder.yml`. */
function otherPath(bytes: Buffer): string | undefined {
  const content = parseSimpleYaml(decodeText(bytes));
  const path = yamlText(content, 'custom_bottles_path') ?? yamlText(content, 'Path') ?? '';
  return isAbsolute(path) ? path : undefined;
}

/** `C:\…` lies in the bottle, `Z:\…` is the whole machine; other drives lead where only Wine knows. */
function linuxPath(program: string, bottle: string): string | undefined {
  if (isAbsolute(program)) return normalize(program);
  const [, drive = '', rest = ''] = /^([a-z]):[\\/](.*)$/i.exec(program) ?? [];
  const below = rest.replaceAll('\\', '/');
  if (below.split('/').includes('..')) return undefined;
  if (drive.toLowerCase() === 'c') return join(bottle, 'drive_c', below);
  return drive.toLowerCase() === 'z' ? join('/', below) : undefined;
}
