import type { InstalledGame } from '../../../shared/installed-game.ts';
import { besideEvidence } from '../classify/beside-evidence.ts';
import { type CompanionKind, companionByFolder, companionByName } from '../classify/companion.ts';
import { stemOf, wordsOf } from '../classify/name-words.ts';
import { platformOf } from '../classify/platforms.ts';
import { fileName, normalizePath } from '../program-path.ts';

/**
 * What a program that is no game may be to the game that started it, or in whose folder it lies: a `part` of it, the
 * `launcher` from which it is started, or a `stranger`, such as its crash reporter or a browser that it opened.
 */
export type ProgramRole = 'part' | 'launcher' | 'stranger';

/** Companions without which no game is played: what they do is the game's work. */
const PARTS: ReadonlySet<CompanionKind> = new Set(['server', 'editor', 'tool', 'benchmark']);

/** `programs`: normalized, the most telling first. `beside`: names beside the first; null: not looked at. */
export function programRole(
  programs: readonly string[],
  installed: InstalledGame | null,
  beside: readonly string[] | null,
): ProgramRole {
  const subject = programs.find((program) => platformOfProgram(program) === undefined);
  if (subject === undefined) {
    // Wine, a shell or a container stand between a game and what it runs.
    const isLoader = programs.some((program) => platformOfProgram(program) === 'loader');
    return isLoader ? 'part' : 'stranger';
  }
  const lower = subject.toLowerCase();
  const companion =
    companionByName(fileName(subject), wordsOf(installed?.title ?? '')) ??
    companionByFolder(lower, within(lower, installed));
  if (companion !== undefined) {
    if (companion.kind === 'launcher') return 'launcher';
    return PARTS.has(companion.kind) ? 'part' : 'stranger';
  }
  const besidePoints = besideEvidence(beside ?? [], stemOf(fileName(lower))).map(({ points }) => points);
  // A browser, say, by what lies beside it; inside a game's folder that is how the game is built.
  const isForeign = installed === null && besidePoints.reduce((sum, points) => sum + points, 0) < 0;
  return isForeign ? 'stranger' : 'part';
}

/** Whether a program records or shares the screen, by its name. */
export function isRecorder(program: string): boolean {
  return companionByName(fileName(program), [])?.kind === 'recorder';
}

/** Whether a program is the client of a store. `line`: a command line. */
export function isStoreClient(line: readonly string[]): boolean {
  return line.slice(0, 2).some((argument) => platformOfProgram(normalizePath(argument)) === 'store-client');
}

/** Whether a program is none that starts or holds others, as a shell or a desktop. */
export function isPlainProgram(line: readonly string[]): boolean {
  return line.slice(0, 1).every((argument) => platformOfProgram(normalizePath(argument)) === undefined);
}

function platformOfProgram(program: string) {
  const lower = program.toLowerCase();
  return platformOf(lower, stemOf(fileName(lower)));
}

function within(lower: string, installed: InstalledGame | null): string | null {
  const folder = installed === null ? '' : normalizePath(installed.folder).toLowerCase().replace(/\/+$/, '');
  return folder !== '' && lower.startsWith(`${folder}/`) ? lower.slice(folder.length + 1) : null;
}
