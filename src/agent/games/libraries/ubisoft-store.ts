import { type MachineFolders, pathsOf } from './machine-folders.ts';
import type { StoreReader, StoreReading } from './store-reader.ts';
import { StoreReport } from './store-report.ts';
import { UNINSTALL_KEY } from './uninstall-entries.ts';

const INSTALLS_KEY = 'SOFTWARE\\Ubisoft\\Launcher\\Installs';

/**
 * Games of Ubisoft Connect (Windows): `Installs\<id>` with `InstallDir`, and their names in Windows' list of installed
 * programs as `Uplay Install <id>`. Ubisoft does not document this; Playnite and others have read it so for years.
 */
export class UbisoftStore implements StoreReader {
  readonly store = 'ubisoft';
  /** The registry tells of no change. */
  readonly changesUnseen: boolean;
  readonly #machine: MachineFolders;

  constructor(machine: MachineFolders) {
    this.#machine = machine;
    this.changesUnseen = machine.platform === 'win32';
  }

  async watched(): Promise<readonly string[]> {
    return [];
  }

  async read(): Promise<StoreReading> {
    const report = new StoreReport('ubisoft', this.#machine);
    const { registry, platform } = this.#machine;
    if (platform !== 'win32') return report.reading();
    const value = (key: string, name: string) =>
      registry.value('HKEY_LOCAL_MACHINE', key, name)?.trim() ?? '';
    for (const id of registry.subkeys('HKEY_LOCAL_MACHINE', INSTALLS_KEY)) {
      if (report.full) break;
      const title = value(`${UNINSTALL_KEY}\\Uplay Install ${id}`, 'DisplayName');
      const folder = value(`${INSTALLS_KEY}\\${id}`, 'InstallDir');
      if (folder === '') report.ignore(`${title || id}: the registry tells no folder`);
      else await report.add({ id, title, folder: pathsOf(this.#machine).normalize(folder) });
    }
    return report.reading();
  }
}
