import { fileName, normalizePath } from '../program-path.ts';
import type { ProcessEvidence } from './evidence.ts';
import { stemOf } from './name-words.ts';
import { liesInSystemGames, platformOf, type StoreFolder, storeFolderOf } from './platforms.ts';
import type { Sign } from './signs.ts';

/** Categories of the menu of applications that tell what else a program is (freedesktop.org's Desktop Menu Specification). */
const OTHER_CATEGORIES: ReadonlySet<string> = new Set([
  ...[
    'WebBrowser',
    'Graphics',
    '3DGraphics',
    'Office',
    'Development',
    'IDE',
    'AudioVideo',
    'Video',
    'Audio',
    'Player',
  ],
  ...[
    'Recorder',
    'VideoConference',
    'InstantMessaging',
    'Chat',
    'System',
    'Settings',
    'Utility',
    'TerminalEmulator',
  ],
  ...['RemoteAccess', 'FileManager', 'Viewer', 'Education', 'Science', 'Engineering', 'Network'],
]);

const TOOL_CATEGORIES: ReadonlySet<string> = new Set([
  ...['Utility', 'Settings', 'System', 'Network', 'Development', 'PackageManager', 'FileTransfer'],
]);

/**
 * Where the process comes from and where its program lies. `lower`: the program's path in lower case; `folder`: the
 * store's folder that it lies in.
 */
export function originSigns(
  evidence: ProcessEvidence,
  lower: string,
  folder: StoreFolder | undefined,
): readonly Sign[] {
  const signs: Sign[] = [];
  const add = (points: number, reason: string) => signs.push({ points, reason });
  if (evidence.installed !== null) {
    add(10, `It is part of ${evidence.installed.title}, an installed game.`);
  } else {
    if (folder !== undefined) {
      // Steam also sells programs, and Gata reads from Steam which folders are games'.
      add(folder.store === 'Steam' ? 2 : 3, `It lies in a folder where ${folder.store} installs games.`);
    } else if (/\/(games|spiele|jeux|juegos|giochi|jogos|itch|my games)\//.test(lower)) {
      add(liesInSystemGames(lower) ? systemGamePoints(evidence) : 1, 'It lies in a folder for games.');
    }
  }
  // Gata reads from Steam which of its folders are games': one that is not among them may be a tool's.
  const isUnlisted = evidence.installed === null && folder?.store === 'Steam';
  // A script around a game is no game itself: Steam's keeper counts, and what the script starts.
  if (evidence.steamAppId !== null && !isScript(evidence)) {
    add(isUnlisted ? 3 : 8, `Steam started it as app ${evidence.steamAppId}.`);
  }
  if (evidence.inGameMode) add(8, 'It asked GameMode for a game’s treatment.');
  if (!isUnlisted && isStoreClientsChild(evidence, lower)) add(3, "A store's client started it.");
  signs.push(...menuSigns(evidence.categories ?? []));
  return signs;
}

/** What the menu of applications says; front ends and tools for games are listed under games and tools. */
function menuSigns(categories: readonly string[]): readonly Sign[] {
  const reason = 'The menu of applications lists it under games';
  if (categories.includes('Game')) {
    return categories.some((category) => TOOL_CATEGORIES.has(category))
      ? [{ points: 2, reason: `${reason} and tools.` }]
      : [{ points: 8, reason: `${reason}.` }];
  }
  return categories.some((category) => OTHER_CATEGORIES.has(category))
    ? [{ points: -6, reason: 'The menu of applications lists it under something else than games.' }]
    : [];
}

/** What it shows and does now. */
export function presenceSigns({ window, drawsOnGpu }: ProcessEvidence): readonly Sign[] {
  const signs: Sign[] = [];
  // Where it is not known what it draws on, to pause for nothing is the smaller mistake.
  const screen = drawsOnGpu === null ? 3 : 2;
  if (window === 'full-screen') signs.push({ points: screen, reason: 'It fills the screen.' });
  if (window === 'foreground') signs.push({ points: 1, reason: 'Its window is in front.' });
  if (drawsOnGpu === true) signs.push({ points: 1, reason: 'It draws on a graphics card.' });
  return signs;
}

/** Whether an interpreter runs it; `programs` ends with what the system itself runs. */
function isScript({ programs }: ProcessEvidence): boolean {
  const runs = fileName(programs.at(-1) ?? '').toLowerCase();
  return programs.length > 1 && /^((ba|da|z|k)?sh|python[\d.]*|perl[\d.]*|env)$/.test(runs);
}

/** Debian's folder for games also has toys that print a line in a terminal. */
function systemGamePoints({ ancestors, window, drawsOnGpu }: ProcessEvidence): number {
  const shown = (window !== null && window !== 'behind') || drawsOnGpu === true;
  return shown || !isShell(ancestors[0] ?? []) ? 6 : 1;
}

function isShell(argv: readonly string[]): boolean {
  return /^-?((ba|da|z|k|fi)?sh)$/.test(fileName(normalizePath(argv[0] ?? '')));
}

/**
 * Started by a store's client, directly or through platforms such as Wine, not by another program of the game; and no
 * part of the client itself.
 */
function isStoreClientsChild({ ancestors }: ProcessEvidence, lower: string): boolean {
  for (const argv of ancestors.slice(0, 20)) {
    let between = false;
    for (const argument of argv.slice(0, 2)) {
      const path = normalizePath(argument).toLowerCase();
      const platform = platformOf(path, stemOf(fileName(path)));
      if (platform === 'store-client') return !isPartOf(path, lower);
      between ||= platform === 'loader';
    }
    if (!between) return false;
  }
  return false;
}

function isPartOf(client: string, lower: string): boolean {
  const folder = client.slice(0, client.lastIndexOf('/') + 1);
  return folder !== '' && lower.startsWith(folder) && storeFolderOf(lower, lower) === undefined;
}
