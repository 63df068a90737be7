import type { InstalledGame } from '../../../shared/installed-game.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { ProcessEvidence } from '../classify/evidence.ts';
import type { Verdict } from '../classify/verdict.ts';
import { fileName, matchesPattern } from '../program-path.ts';
import { evidenceOf } from './evidence-of.ts';
import type { Membership } from './membership.ts';
import { programRole } from './program-role.ts';
import type { TrackedProcess } from './tracked-process.ts';

export interface GameJudgeOptions {
  readonly settings: () => Settings['games'];
  readonly gameOf: (path: string) => InstalledGame | undefined;
  /** Why the store that a program comes from says that it is no game. */
  readonly ruledOutOf: (path: string) => string | undefined;
  /** Categories of a process's entry in the desktop's menu of applications; null: it has none. */
  readonly categoriesOf: (programs: readonly string[]) => readonly string[] | null;
  readonly steamApp: () => number | null;
  readonly classify: (evidence: ProcessEvidence) => Verdict;
}

/** The user's word on a process, and what it was said about. */
interface Word {
  readonly key: string;
  readonly why: string;
  /** By itself; a choice makes it certain for as long as it stands. */
  readonly isCertain: boolean;
}

/** Decides which game a process belongs to, from its evidence, the user's word and what started it. */
export class GameJudge {
  readonly #options: GameJudgeOptions;

  constructor(options: GameJudgeOptions) {
    this.#options = options;
  }

  judge(process: TrackedProcess): Membership | null {
    if (process.isOwn) return null;
    const { settings: current, categoriesOf, classify, steamApp } = this.#options;
    const settings = current();
    if (findPattern(settings.exclude, process.programs) !== undefined) return null;
    const installed = this.#installedOf(process.programs);
    const word = wordOn(process.programs, installed, settings);
    const categories = categoriesOf(process.programs);
    const ruledOut = installed === null ? this.#ruledOutOf(process.programs) : null;
    const verdict = classify(evidenceOf(process, { installed, ruledOut, categories }, steamApp()));
    // A word on a whole game is none on the crash reporter that comes with it.
    if (word !== null && (word.key !== installed?.id || isPart(process, installed, verdict))) {
      const { name, executable, kind } = verdict;
      const certainty = word.isCertain || kind === 'game' ? 'game' : 'maybe';
      return { key: word.key, name, executable, why: word.why, certainty, role: 'player' };
    }
    const from = this.#startedFor(process, settings);
    switch (verdict.kind) {
      case 'game':
        // What a game starts is a part of it, unless it is another installed game.
        return from?.certainty === 'game' && installed === null ? from : ofVerdict(verdict, 'game');
      case 'maybe':
        return from ?? ofVerdict(verdict, 'maybe');
      case 'not-a-game':
        return besideGame(process, installed, from);
    }
  }

  /** The game that a process was started by, or was before it became another program. */
  #startedFor(
    { fromItself, fromParent }: TrackedProcess,
    { exclude, choices }: Settings['games'],
  ): Membership | null {
    const from = fromItself ?? fromParent;
    if (from === null || from.role === 'client') return null;
    // What a program starts that is no game may well be one.
    if (from.key.startsWith('program:') && choices[from.key] === 'ignore') return null;
    return findPattern(exclude, [from.executable]) === undefined ? from : null;
  }

  #installedOf(programs: readonly string[]): InstalledGame | null {
    return firstFound(programs, this.#options.gameOf);
  }

  #ruledOutOf(programs: readonly string[]): string | null {
    return firstFound(programs, this.#options.ruledOutOf);
  }
}

/** What is found at the first of a process's programs that lies anywhere known. */
function firstFound<Found>(
  programs: readonly string[],
  find: (path: string) => Found | undefined,
): Found | null {
  for (const program of programs) {
    const found = find(placeOf(program));
    if (found !== undefined) return found;
  }
  return null;
}

/** What a process that is no game is to one. */
function besideGame(
  process: TrackedProcess,
  installed: InstalledGame | null,
  from: Membership | null,
): Membership | null {
  const role = programRole(process.programs, installed, process.seen.beside);
  if (role === 'part') return from;
  return role === 'launcher' && installed !== null ? clientOf(installed.id, installed.title, process) : null;
}

function isPart(process: TrackedProcess, installed: InstalledGame | null, { kind }: Verdict): boolean {
  return kind !== 'not-a-game' || programRole(process.programs, installed, process.seen.beside) === 'part';
}

/** The membership of a program from which a game is started. */
export function clientOf(key: string, name: string, { programs, facts }: TrackedProcess): Membership {
  const executable = programs[0] ?? facts.executable;
  const why = `Between two matches: ${fileName(executable)} is still open.`;
  return { key, name, executable, why, certainty: 'game', role: 'client' };
}

function ofVerdict(
  { key, name, executable, reasons }: Verdict,
  certainty: Membership['certainty'],
): Membership {
  return { key, name, executable, why: reasons[0] ?? '', certainty, role: 'player' };
}

/** Where a program lies for the system: Windows may have a drive `Z:`, which normalizing took for Wine's root. */
function placeOf(program: string): string {
  return globalThis.process.platform === 'win32' && /^\/(?!\/)/.test(program) ? `Z:${program}` : program;
}

/** A word on a single program weighs more than one on the whole game. */
function wordOn(
  programs: readonly string[],
  installed: InstalledGame | null,
  { include, choices }: Settings['games'],
): Word | null {
  const hasChoices = Object.keys(choices).length > 0;
  const keys = hasChoices ? [...programs.map((program) => `program:${program}`), installed?.id] : [];
  for (const key of keys) {
    if (key !== undefined && choices[key] !== undefined) {
      return { key, why: 'You said that it is a game.', isCertain: false };
    }
  }
  const pattern = findPattern(include, programs);
  if (pattern === undefined) return null;
  const program = programs.find((path) => matchesPattern(pattern, path)) ?? '';
  const key = installed?.id ?? `program:${program}`;
  return { key, isCertain: true, why: `Your list of games has “${pattern}”.` };
}

function findPattern(patterns: readonly string[], programs: readonly string[]): string | undefined {
  return patterns.find((pattern) => programs.some((program) => matchesPattern(pattern, program)));
}
