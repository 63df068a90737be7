import { join } from 'node:path';
import type { MachineFiles } from './machine-files.ts';
import type { SteamManifest } from './steam-manifest.ts';

/** Steam's types of apps that nobody plays; an unknown type counts as a game, which is the safe error. */
const NO_GAME_TYPES: ReadonlySet<string> = new Set([
  'tool',
  'application',
  'config',
  'driver',
  'hardware',
  'plugin',
  'guide',
  'music',
  'musicalbum',
  'video',
  'series',
  'movie',
  'comic',
  'media',
  'advertising',
]);

/** A compatibility tool (Proton, Steam's Linux runtimes) has one of these at its top. */
const TOOL_FILES = ['toolmanifest.vdf', 'compatibilitytool.vdf'];

/** For a Steam whose cache cannot be read, and a tool that is only half there. */
const TOOL_NAMES =
  /^(proton( |$)|steam linux runtime|steamworks (common|shared)|steamvr( |$)|(.* )?(easyanticheat|battleye) runtime)/i;

/** Why a Steam app is no game; undefined: it is one, or nothing says otherwise. */
export async function steamToolReason(
  manifest: SteamManifest,
  folder: string,
  type: string | undefined,
  files: MachineFiles,
): Promise<string | undefined> {
  if (type !== undefined) {
    return NO_GAME_TYPES.has(type) ? `is of Steam's type “${type}”, not a game` : undefined;
  }
  if (TOOL_NAMES.test(manifest.name)) return 'is a tool by its name';
  for (const file of TOOL_FILES) {
    if (await files.exists(join(folder, file))) return `is a tool: it has a ${file}`;
  }
  return (await holdsOnlyRedistributables(folder, files)) ? 'holds redistributables only' : undefined;
}

async function holdsOnlyRedistributables(folder: string, files: MachineFiles): Promise<boolean> {
  if (!(await files.isFolder(join(folder, '_CommonRedist')))) return false;
  try {
    const entries = (await files.entries(folder, 20)) ?? [];
    return entries.every(({ name }) => name === '_CommonRedist' || name.endsWith('.vdf'));
  } catch {
    // More than redistributables, or closed to us: nothing speaks against a game.
    return false;
  }
}
