import { setImmediate } from 'node:timers/promises';
import type { Registry, RegistryRoot } from './registry.ts';

export const UNINSTALL_KEY = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const ROOTS: readonly RegistryRoot[] = ['HKEY_LOCAL_MACHINE', 'HKEY_CURRENT_USER'];
const ENTRIES_LIMIT = 5_000;
/** Asking for one takes tens of microseconds: others get their turn in between. */
const AT_ONCE = 50;

export interface UninstallEntry {
  readonly key: string;
  /** The whole command with its arguments. */
  readonly command: string;
  readonly displayName: string;
  /** May be empty. */
  readonly folder: string;
}

/** Programs of Windows' list of installed programs whose uninstall command is of a certain kind. */
export async function uninstallEntries(
  registry: Registry,
  isWanted: (command: string) => boolean,
): Promise<readonly UninstallEntry[]> {
  const found: UninstallEntry[] = [];
  for (const root of ROOTS) {
    const keys = registry.subkeys(root, UNINSTALL_KEY).slice(0, ENTRIES_LIMIT);
    for (const [index, key] of keys.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
      const value = (name: string) => registry.value(root, `${UNINSTALL_KEY}\\${key}`, name)?.trim() ?? '';
      const command = value('UninstallString').slice(0, 8192);
      if (!isWanted(command)) continue;
      found.push({ key, command, displayName: value('DisplayName'), folder: value('InstallLocation') });
    }
  }
  return found;
}
