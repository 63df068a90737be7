import { type MachineFolders, pathsOf } from './machine-folders.ts';

export interface SteamRoot {
  /** Steam's own folder, with `steamapps` and `userdata`. */
  readonly folder: string;
  /** What the Steam in this folder sees as the home folder, where that is another one. */
  readonly sandboxHome?: string;
}

const FLATPAK_HOME = '.var/app/com.valvesoftware.Steam';

/** Steam's folders that exist on this machine, each once however many links lead there. */
export async function findSteamRoots(machine: MachineFolders): Promise<readonly SteamRoot[]> {
  const roots = new Map<string, SteamRoot>();
  for (const candidate of steamRootCandidates(machine)) {
    if (!(await machine.files.isFolder(candidate.folder))) continue;
    const key = (await machine.files.realPath(candidate.folder)) ?? candidate.folder;
    if (!roots.has(key)) roots.set(key, candidate);
  }
  return [...roots.values()];
}

/** Where Steam may be, the usual place first. */
export function steamRootCandidates(machine: MachineFolders): readonly SteamRoot[] {
  const paths = pathsOf(machine);
  const { registry, environment, home } = machine;
  if (machine.platform === 'win32') {
    const programs = environment['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
    const folders = [
      registry.value('HKEY_CURRENT_USER', 'Software\\Valve\\Steam', 'SteamPath'),
      registry.value('HKEY_LOCAL_MACHINE', 'SOFTWARE\\Valve\\Steam', 'InstallPath'),
      paths.join(programs, 'Steam'),
    ];
    return folders
      .filter((folder) => folder !== undefined)
      .filter((folder) => paths.isAbsolute(folder))
      .map((folder) => ({ folder: paths.normalize(folder) }));
  }
  const native = ['.local/share/Steam', '.steam/steam', '.steam/root', '.steam/debian-installation'];
  const data = environment.XDG_DATA_HOME;
  const flatpak = paths.join(home, FLATPAK_HOME);
  return [
    ...(data !== undefined && paths.isAbsolute(data) ? [{ folder: paths.join(data, 'Steam') }] : []),
    ...native.map((name) => ({ folder: paths.join(home, name) })),
    // Inside the Flatpak its data folder is the home folder.
    ...['.local/share/Steam', 'data/Steam', '.steam/steam'].map((name) => ({
      folder: paths.join(flatpak, name),
      sandboxHome: flatpak,
    })),
    ...['.local/share/Steam', '.steam/steam'].map((name) => ({
      folder: paths.join(home, 'snap/steam/common', name),
    })),
  ];
}
