import { z } from 'zod';
import { windowsMachineData } from './data-folders.ts';
import { FileCache } from './file-cache.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import { SeenFolders } from './seen-folders.ts';
import { parseSimpleYaml, yamlText } from './simple-yaml.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { subFolders } from './sub-folders.ts';
import { decodeText, parseJson } from './text-encoding.ts';

const BYTES_LIMIT = 1024 * 1024;
const READS_AT_ONCE = 8;
/** Always running, and no game: the client, and the guard against cheats. */
const NO_GAMES = /^(riot[_ ]?client|(riot[_ ]?)?vanguard)/i;

/** `RiotClientInstalls.json`: `rc_*` name the client's program, `associated_client` has the folders it started games in. */
const installsSchema = z.record(z.string(), z.unknown()).transform((installs) => ({
  clients: Object.entries(installs).flatMap(([key, value]) =>
    key.startsWith('rc_') && typeof value === 'string' ? [value] : [],
  ),
  folders: Object.keys(z.record(z.string(), z.unknown()).catch({}).parse(installs.associated_client)),
}));

/** What is needed of a `product_settings.yaml`. */
interface RiotSettings {
  readonly folder: string | undefined;
  readonly title: string | undefined;
}

/**
 * Games of the Riot Client (Windows): `ProgramData\Riot Games\Metadata\<product>.<patchline>\…product_settings.yaml`,
 * and what `RiotClientInstalls.json` names besides. Riot documents neither; the keys are those that other programs read
 * (`product_install_full_path`, `shortcut_name`; `rc_default`, `associated_client`).
 */
export class RiotStore implements StoreReader {
  readonly store = 'riot';
  readonly #machine: MachineFolders;
  readonly #settings: FileCache<RiotSettings>;
  readonly #installs: FileCache<z.infer<typeof installsSchema>>;

  constructor(machine: MachineFolders) {
    const { files } = machine;
    this.#machine = machine;
    this.#settings = new FileCache({ files, bytesLimit: BYTES_LIMIT, parse: parseSettings });
    this.#installs = new FileCache({
      files,
      bytesLimit: BYTES_LIMIT,
      parse: (bytes) => installsSchema.parse(parseJson(bytes)),
    });
  }

  async watched(): Promise<readonly string[]> {
    if (this.#machine.platform !== 'win32') return [];
    const { metadata, installs } = this.#places();
    const products = await subFolders(metadata, this.#machine, new StoreReport('riot', this.#machine));
    return [installs, metadata, ...products].map((path) => this.#machine.files.locate(path));
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('riot', this.#machine);
    if (this.#machine.platform !== 'win32') return report.reading();
    this.#settings.nextRound();
    this.#installs.nextRound();
    const paths = pathsOf(this.#machine);
    const places = this.#places();
    const seen = new SeenFolders(this.#machine);
    const installs = await report.attempt(places.installs, () => this.#installs.get(places.installs));
    for (const client of installs?.clients ?? []) seen.add(paths.dirname(client));
    await this.#readMetadata(places.metadata, report, seen);
    for (const folder of installs?.folders ?? []) {
      const name = paths.basename(folder);
      if (report.full) break;
      if (NO_GAMES.test(name) || !paths.isAbsolute(folder) || !seen.add(folder)) continue;
      await report.add({ id: `folder-${name}`, folder: paths.normalize(folder) });
    }
    return report.reading();
  }

  async #readMetadata(metadata: string, report: StoreReport, seen: SeenFolders): Promise<void> {
    const paths = pathsOf(this.#machine);
    const products = await subFolders(metadata, this.#machine, report);
    const found = await mapBounded(products, READS_AT_ONCE, async (product) => {
      const id = paths.basename(product);
      const file = paths.join(product, `${id}.product_settings.yaml`);
      const settings = await report.attempt(file, () => this.#settings.get(file));
      return settings === undefined ? undefined : { id, ...settings };
    });
    for (const { id, folder, title } of found) {
      if (report.full) return;
      if (NO_GAMES.test(id)) continue;
      if (folder === undefined) report.ignore(`${title ?? id}: its settings tell no folder`);
      else if (seen.add(folder)) {
        await report.add({ id, title: title ?? this.#titleOf(folder), folder: paths.normalize(folder) });
      }
    }
  }

  /** `…\VALORANT\live`: some games lie in a folder of the patchline's name. */
  #titleOf(folder: string): string {
    const { basename, dirname, normalize } = pathsOf(this.#machine);
    const normal = normalize(folder);
    return /^(live|pbe)$/i.test(basename(normal)) ? basename(dirname(normal)) : basename(normal);
  }

  #places(): { metadata: string; installs: string } {
    const { join } = pathsOf(this.#machine);
    const folder = join(windowsMachineData(this.#machine), 'Riot Games');
    return { metadata: join(folder, 'Metadata'), installs: join(folder, 'RiotClientInstalls.json') };
  }
}

function parseSettings(bytes: Buffer): RiotSettings {
  const settings = parseSimpleYaml(decodeText(bytes));
  return {
    folder: yamlText(settings, 'product_install_full_path'),
    title: yamlText(settings, 'shortcut_name')?.replace(/\.lnk$/i, ''),
  };
}
