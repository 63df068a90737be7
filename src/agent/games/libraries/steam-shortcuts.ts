import { createHash } from 'node:crypto';
import { parseBinaryVdf } from './binary-vdf.ts';
import { vdfSection, vdfText } from './vdf.ts';

/** A game that the user added to Steam by hand. */
export interface SteamShortcut {
  readonly id: string;
  readonly name: string;
  /** The program as the user gave it, without quotes and arguments. */
  readonly program: string;
}

/**
 * Reads `userdata/<user>/config/shortcuts.vdf`: a section `shortcuts` with one numbered section each; the keys'
 * case differs between Steam's versions.
 * @throws VdfError
 */
export function parseSteamShortcuts(bytes: Buffer): readonly SteamShortcut[] {
  const shortcuts: SteamShortcut[] = [];
  for (const shortcut of vdfSection(parseBinaryVdf(bytes), 'shortcuts')?.values() ?? []) {
    if (typeof shortcut === 'string') continue;
    const program = programOf(vdfText(shortcut, 'Exe') ?? '');
    if (program === '') continue;
    const name = vdfText(shortcut, 'AppName') ?? '';
    const appId = Number(vdfText(shortcut, 'appid') ?? 0) >>> 0;
    // Before 2019 Steam worked the id out from program and name when it needed it.
    const id =
      appId === 0 ? createHash('sha256').update(`${program}\0${name}`).digest('hex').slice(0, 16) : appId;
    shortcuts.push({ id: `shortcut-${id}`, name, program });
  }
  return shortcuts;
}

/** `"C:\Games\My Game\game.exe" -windowed` names the program in quotes; unquoted, all of it is the program. */
function programOf(exe: string): string {
  const text = exe.trim();
  if (!text.startsWith('"')) return text;
  const end = text.indexOf('"', 1);
  return end < 0 ? text.slice(1) : text.slice(1, end);
}
