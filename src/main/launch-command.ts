import type { LaunchCommand } from './autostart-entry.ts';
import type { ShellArguments } from './command-line.ts';

/** How this app, with this data folder and network, is started hidden. */
export function launchCommand(
  installation: {
    readonly executable: string;
    readonly isPackaged: boolean;
    readonly appFolder: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
  shellArguments: ShellArguments,
): LaunchCommand {
  const { executable, isPackaged, appFolder, environment } = installation;
  const { dataFolder, agentArguments } = shellArguments;
  return {
    // An AppImage runs from a mount that is gone tomorrow; the file itself is in this variable.
    executable: environment.APPIMAGE || executable,
    args: [
      ...(isPackaged ? [] : [appFolder]),
      '--hidden',
      ...(dataFolder === undefined ? [] : ['--data-dir', dataFolder]),
      ...agentArguments,
    ],
  };
}
