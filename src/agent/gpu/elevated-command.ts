/** A command as the system runs it with administrator rights. */
export interface ElevatedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What a person types instead. */
  readonly byHand: string;
}

/**
 * How a command is run with administrator rights: the system asks the user, by polkit on Linux and by User Account
 * Control on Windows.
 */
export function elevate(
  command: readonly [string, ...string[]],
  { platform, isRoot }: { readonly platform: NodeJS.Platform; readonly isRoot: boolean },
): ElevatedCommand {
  const [file, ...args] = command;
  if (platform === 'win32') {
    const list = args.map((arg) => quotedForPowerShell(quotedForWindows(arg))).join(', ');
    // Start-Process alone can ask for elevation; its exit code is handed on.
    const script = `$p = Start-Process -FilePath ${quotedForPowerShell(file)} -ArgumentList ${list} -Verb RunAs -WindowStyle Hidden -Wait -PassThru; exit $p.ExitCode`;
    return {
      file: 'powershell.exe',
      args: ['-NoProfile', '-NonInteractive', '-Command', script],
      byHand: `${[file, ...args].map(quotedForWindows).join(' ')} (as administrator)`,
    };
  }
  const line = command.map(quotedForShell).join(' ');
  if (isRoot) return { file, args, byHand: line };
  return { file: 'pkexec', args: [file, ...args], byHand: `sudo ${line}` };
}

function quotedForShell(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** Paths and plain words only: a backslash before the closing quote would escape it. */
function quotedForWindows(argument: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(argument) ? argument : `"${argument.replaceAll('"', '')}"`;
}

function quotedForPowerShell(argument: string): string {
  return `'${argument.replaceAll("'", "''")}'`;
}
