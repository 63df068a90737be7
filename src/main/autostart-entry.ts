/** How the app is started at sign-in: an absolute path and its arguments. */
export interface LaunchCommand {
  readonly executable: string;
  readonly args: readonly string[];
}

/**
 * The text of an autostart file (freedesktop.org: Desktop Application Autostart Specification 0.5, Desktop
 * Entry Specification 1.5).
 */
export function autostartEntry({ executable, args }: LaunchCommand): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Gata',
    'Comment=Earn with your idle graphics card',
    `Exec=${[executable, ...args].map(quoteArgument).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Quotes one argument of `Exec`: its own characters first, then those of the string value around it, so that a
 * backslash becomes four. `%` begins a field code.
 */
function quoteArgument(argument: string): string {
  const quoted = `"${argument.replaceAll(/[\\"`$]/g, '\\$&').replaceAll('%', '%%')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
