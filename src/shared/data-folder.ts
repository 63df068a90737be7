import path from 'node:path';

export interface DataFolderSurroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/** Where the app keeps its data unless `--data-dir` says otherwise; every program of ours looks there. */
export function defaultDataFolder({ platform, environment, homeFolder }: DataFolderSurroundings): string {
  if (platform === 'win32') {
    const localAppData = environment.LOCALAPPDATA || path.win32.join(homeFolder, 'AppData', 'Local');
    return path.win32.join(localAppData, 'Gata');
  }
  if (platform === 'darwin') return path.posix.join(homeFolder, 'Library', 'Application Support', 'Gata');
  // The XDG base directory specification says that a relative path is to be ignored.
  const dataHome = environment.XDG_DATA_HOME;
  const usable = dataHome !== undefined && path.posix.isAbsolute(dataHome);
  return path.posix.join(usable ? dataHome : path.posix.join(homeFolder, '.local', 'share'), 'gata');
}
