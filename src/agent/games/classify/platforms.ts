/**
 * Names of platforms: what starts, holds or shows programs of any maker. None is a game or a particular program that
 * somebody might mistake for one; those are judged by evidence. Names are lower-case and without `.exe`.
 *
 * A platform is named here because nothing else tells it: a window system draws on the card and fills the screen as a
 * game does, and what a store's client starts is a game more often than what a file manager starts.
 */

/** Clients of stores, and front ends that start games of several stores. */
const STORE_CLIENTS: ReadonlySet<string> = new Set([
  ...['steam', 'steamservice', 'steamwebhelper', 'epicgameslauncher', 'epicwebhelper', 'galaxyclient'],
  ...['battle.net', 'ubisoftconnect', 'upc', 'uplaywebcore', 'eadesktop', 'ealauncher', 'origin'],
  ...['riotclientservices', 'riotclientux', 'amazon games', 'rockstarservice', 'xboxpcapp', 'gamingservices'],
  ...[
    'itch',
    'heroic',
    'lutris',
    'lutris-wrapper',
    'bottles',
    'bottles-cli',
    'legendary',
    'gogdl',
    'nile',
    'umu-run',
  ],
]);

/** What stands between a store's client or a user and the program that is run. */
const LOADERS: RegExp = anyOf([
  /^wine(64|server|boot|device|dbg|consol|path|menubuilder)?(64)?(-preloader|-staging)?$/,
  /^(proton|waitforexitandrun|steam-launch-wrapper|reaper|pressure-vessel.*|pv-.+|srt-.+|steam-runtime-.+)$/,
  /^(_v2-entry-point|steamwebrtc|gameoverlayui(64)?|x64launcher|fossilize_replay|iscriptevaluator)$/,
  /^(gamescope(-wl|reaper)?|gamemoderun|gamemoded|mangohud|mangoapp|bwrap|flatpak|flatpak-.+|snap|snap-confine)$/,
  /^((ba|da|z|k|fi|tc|c)?sh|busybox|python[\d.]*w?|perl[\d.]*|ruby[\d.]*|node|mono(-sgen)?|dotnet|env|sudo)$/,
  /^(javaw?|systemd.*|dbus-.+|init|xdg-.+|gdb|strace)$/,
]);

/** Window systems, desktops and their parts. */
const DESKTOPS: RegExp = anyOf([
  /^(x(org|wayland|vfb|ephyr|nest)|xf86.*|gdm.*|sddm.*|lightdm.*|.*-greeter)$/,
  /^(gnome-shell|mutter.*|kwin(_.+)?|plasma(shell|-.+)|ksmserver|kscreenlocker.*|ksplash.*|cinnamon|xfwm4|marco|muffin)$/,
  /^(sway(lock|bg|idle)?|hypr.+|wayfire|weston.*|labwc|river|niri|cosmic-.+|budgie-.+|i3(lock)?|openbox|picom|compton)$/,
  /^(dwm|winlogon|logonui|lockapp|sihost|csrss|applicationframehost|shellexperiencehost|searchhost|startmenu.*)$/,
]);

/** The compositor of a headset that runs only while somebody looks through it (others wait for that all day). */
const HEADSET_COMPOSITORS = /^(vrcompositor|monado-service)$/;

/** One expression is matched faster than several. */
function anyOf(expressions: readonly RegExp[]): RegExp {
  return new RegExp(expressions.map(({ source }) => source).join('|'));
}

/** Where stores put games: the folder below one of these is a game's, if it is none of the store's own. */
const STORE_FOLDERS: readonly { readonly store: string; readonly path: string }[] = [
  { store: 'Steam', path: '/steamapps/common/' },
  { store: 'Epic Games', path: '/epic games/' },
  { store: 'GOG', path: '/gog games/' },
  { store: 'GOG', path: '/gog galaxy/games/' },
  { store: 'Xbox', path: '/xboxgames/' },
  { store: 'Riot Games', path: '/riot games/' },
  { store: 'Ubisoft', path: '/ubisoft game launcher/games/' },
  { store: 'EA', path: '/ea games/' },
  { store: 'EA', path: '/origin games/' },
  { store: 'Rockstar Games', path: '/rockstar games/' },
  { store: 'Amazon Games', path: '/amazon games/library/' },
  { store: 'itch', path: '/itch/apps/' },
  { store: 'Heroic', path: '/games/heroic/' },
];

/** A store's own folders beside those of its games. */
const STORES_OWN_FOLDER =
  /^(proton( |-|$)|steamlinuxruntime|steamworks |steam controller|steamvr$|launcher$|epic online|directxredist|ue_\d|riot client|social club|galaxyclient|__installer)/;

/** Folders in which systems keep packaged games (Filesystem Hierarchy Standard 3.0, §4.4, 4.9). */
const SYSTEM_GAMES = /^(\/app|\/usr(\/local)?)?(\/lib|\/share)?\/games\//;

/** Windows' own folder, and Wine's copy of it. */
const WINDOWS_FOLDER = /^[a-z]:\/windows\/|\/drive_c\/windows\//;

export type Platform = 'store-client' | 'loader' | 'desktop' | 'system';

/** What platform a program is; undefined: none. `path` is normalized and lower-case, `stem` its name without `.exe`. */
export function platformOf(path: string, stem: string): Platform | undefined {
  if (WINDOWS_FOLDER.test(path)) return 'system';
  if (STORE_CLIENTS.has(stem)) return 'store-client';
  if (LOADERS.test(stem)) return 'loader';
  return DESKTOPS.test(stem) ? 'desktop' : undefined;
}

export function isHeadsetCompositor(stem: string): boolean {
  return HEADSET_COMPOSITORS.test(stem);
}

export interface StoreFolder {
  readonly store: string;
  /** The name of the game's folder, as it is written in the path. */
  readonly title: string;
  /** What of the path comes after the game's folder, lower-case. */
  readonly within: string;
}

/** The game's folder of a store that a program lies in; `path` is normalized. */
export function storeFolderOf(path: string, lower: string): StoreFolder | undefined {
  // Lower-casing can change the length of a few letters; names are then taken from the lower-cased path.
  const source = lower.length === path.length ? path : lower;
  for (const { store, path: marker } of STORE_FOLDERS) {
    const at = lower.indexOf(marker);
    if (at < 0) continue;
    const start = at + marker.length;
    const end = lower.indexOf('/', start);
    // A file in the library's own folder belongs to no game.
    if (end <= start) continue;
    if (STORES_OWN_FOLDER.test(lower.slice(start, end))) continue;
    return { store, title: source.slice(start, end), within: lower.slice(end + 1) };
  }
  return undefined;
}

/** Whether a program lies in one of a store's own folders beside those of its games; `lower` as for `platformOf`. */
export function isStoresOwn(lower: string): boolean {
  return STORE_FOLDERS.some(({ path }) => {
    const at = lower.indexOf(path);
    if (at < 0) return false;
    const start = at + path.length;
    const end = lower.indexOf('/', start);
    return end > start && STORES_OWN_FOLDER.test(lower.slice(start, end));
  });
}

export function liesInSystemGames(lower: string): boolean {
  return SYSTEM_GAMES.test(lower);
}
