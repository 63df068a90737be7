import { fileName } from './program-path.ts';

/** Where stores install games: a program in a folder below one of these is that folder's game. */
const LIBRARIES: readonly { readonly store: string; readonly folder: string }[] = [
  { store: 'Steam', folder: 'steamapps/common' },
  { store: 'Epic Games', folder: 'Epic Games' },
  { store: 'GOG', folder: 'GOG Games' },
  { store: 'GOG', folder: 'GOG Galaxy/Games' },
  { store: 'Xbox', folder: 'XboxGames' },
  { store: 'Riot Games', folder: 'Riot Games' },
  { store: 'Ubisoft', folder: 'Ubisoft Game Launcher/games' },
  { store: 'EA', folder: 'EA Games' },
  { store: 'EA', folder: 'Origin Games' },
  { store: 'Rockstar Games', folder: 'Rockstar Games' },
  { store: 'Amazon Games', folder: 'Amazon Games/Library' },
  { store: 'itch', folder: 'itch/apps' },
  { store: 'Heroic', folder: 'Games/Heroic' },
];

/** Folders inside libraries that hold tools, not games; matched from their start. */
const TOOL_FOLDERS: readonly RegExp[] = [
  // Steam's own tools, and programs sold there that run all day.
  /^(proton|steamlinuxruntime|steamworks shared|steam controller configs)/i,
  /^(wallpaper_engine|soundpad|fpsmonitor|displayfusion|rainmeter|lossless scaling|mydockfinder)/i,
  /^(obs studio|sharex|blender|krita|aseprite|godot engine|rpg maker|vtube studio|voicemod|voicemeeter)/i,
  // Epic, Riot, Rockstar, GOG.
  /^(launcher|epic online services|directxredist|riot client|social club|galaxyclient|__installer)$/i,
];

/** Programs that come with games and run without them, or beside them. */
const COMPANION_PROGRAMS: readonly RegExp[] = [
  /crash_?(handler|report|pad|send|dump|monitor|upload|client|service)|bssndrpt|bugsplat|blizzarderror/i,
  /redist|^dxsetup|^dxwebsetup|^directx|^dotnet|^oalinst|^physx|prereq|^ndp\d/i,
  /^(un)?install|^unins\d|setup(_?x?(32|64|86))?(\.exe|\.sh)?$|updater|patcher|^update/i,
  /launcher|^riotclient|^leagueclient|^steam(\.exe|errorreporter|webhelper)|webhelper|cefprocess|subprocess/i,
  /gameoverlay|eosoverlay|overlay(\.exe)?$|^iscriptevaluator|^easyanticheat|^beservice|^vgc\.exe|^vgtray/i,
  /^(config|settings|benchmark|modmanager)(\.exe)?$/i,
];

/** Folders of redistributables anywhere below a library. */
const COMPANION_FOLDERS =
  /\/(_?commonredist|__installer|redist|redistributables?|directx|vcredist|dotnet)\//i;

/** Java as Mojang ships it for Minecraft, whose program is called `java` like any other. */
const MINECRAFT_RUNTIME = /\/(java-runtime-[^/]+|jre-legacy)\/(.*\/)?javaw?(\.exe)?$/i;

export interface LibraryGame {
  readonly store: string;
  readonly title: string;
}

/** The game of an installed program, by where its file lies; `path` is normalized. */
export function libraryGame(path: string): LibraryGame | undefined {
  if (MINECRAFT_RUNTIME.test(path)) return { store: 'Minecraft', title: 'Minecraft' };
  const lower = path.toLowerCase();
  for (const { store, folder } of LIBRARIES) {
    const marker = `/${folder.toLowerCase()}/`;
    // Lower-casing can change the length of a few letters; titles are then read from the lower-cased path.
    const source = lower.length === path.length ? path : lower;
    const at = lower.indexOf(marker);
    if (at < 0) continue;
    const rest = source.slice(at + marker.length);
    const end = rest.indexOf('/');
    // A file in the library's own folder belongs to no game.
    if (end <= 0) continue;
    const title = rest.slice(0, end);
    if (!TOOL_FOLDERS.some((tool) => tool.test(title))) return { store, title };
  }
  return undefined;
}

/** Whether a program is a launcher, crash reporter, installer or the like, wherever it lies. */
export function isCompanionProgram(path: string): boolean {
  const name = fileName(path);
  return COMPANION_PROGRAMS.some((companion) => companion.test(name)) || COMPANION_FOLDERS.test(path);
}
