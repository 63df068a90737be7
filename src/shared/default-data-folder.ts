/**
 * Where the app keeps its data unless `--data-dir` says otherwise: `$XDG_DATA_HOME/gata` or
 * `~/.local/share/gata`; `%LOCALAPPDATA%\Gata` on Windows; `~/Library/Application Support/Gata` on macOS.
 */
export function defaultDataFolder(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): string {
  if (platform === 'win32') return `${environment.LOCALAPPDATA ?? `${homeFolder}\\AppData\\Local`}\\Gata`;
  if (platform === 'darwin') return `${homeFolder}/Library/Application Support/Gata`;
  return `${environment.XDG_DATA_HOME ?? `${homeFolder}/.local/share`}/gata`;
}
