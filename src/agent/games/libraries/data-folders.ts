import { type MachineFolders, pathsOf } from './machine-folders.ts';

const WINDOWS = {
  roaming: { variable: 'APPDATA', usual: 'AppData\\Roaming' },
  local: { variable: 'LOCALAPPDATA', usual: 'AppData\\Local' },
} as const;

/** Where programs of Windows keep what is the user's: moving along with the user, or of this machine. */
export function windowsUserData(machine: MachineFolders, kind: keyof typeof WINDOWS): string {
  const paths = pathsOf(machine);
  const { variable, usual } = WINDOWS[kind];
  const named = machine.environment[variable];
  return named !== undefined && paths.isAbsolute(named) ? named : paths.join(machine.home, usual);
}

/** Where programs of Windows keep what is everybody's. */
export function windowsMachineData(machine: MachineFolders): string {
  const named = machine.environment.ProgramData;
  return named !== undefined && pathsOf(machine).isAbsolute(named) ? named : 'C:\\ProgramData';
}

const LINUX = {
  config: { variable: 'XDG_CONFIG_HOME', usual: '.config', inFlatpak: 'config' },
  data: { variable: 'XDG_DATA_HOME', usual: '.local/share', inFlatpak: 'data' },
  cache: { variable: 'XDG_CACHE_HOME', usual: '.cache', inFlatpak: 'cache' },
} as const;

/**
 * Where a program of Linux may keep its configuration or data: by the XDG base directory specification, and in its
 * Flatpak, which sees these folders under the same paths as we do.
 */
export function linuxUserFolders(
  machine: MachineFolders,
  kind: keyof typeof LINUX,
  flatpakId: string,
): readonly string[] {
  const paths = pathsOf(machine);
  const { variable, usual, inFlatpak } = LINUX[kind];
  const named = machine.environment[variable];
  const folders = [
    ...(named !== undefined && paths.isAbsolute(named) ? [paths.normalize(named).replace(/\/+$/, '')] : []),
    paths.join(machine.home, usual),
    paths.join(machine.home, '.var/app', flatpakId, inFlatpak),
  ];
  return [...new Set(folders)];
}
