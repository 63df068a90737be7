import type { Settings } from '../../shared/settings.ts';
import { BUILT_IN_GAMES } from './built-in-games.ts';
import { isCompanionProgram, libraryGame } from './library-folders.ts';
import type { ProcessFacts } from './process-watcher.ts';
import { fileName, matchesPattern } from './program-path.ts';
import { programsOfProcess } from './programs-of-process.ts';

export interface GameVerdict {
  /** What a person calls the game; processes of one game share it. */
  readonly name: string;
  /** The program that counts as the game. */
  readonly executable: string;
  readonly why: string;
}

/** Built-in games' titles by lower-case file name. */
const TITLES: ReadonlyMap<string, string> = new Map(
  BUILT_IN_GAMES.flatMap(({ title, executables }) =>
    executables.map((executable) => [executable.toLowerCase(), title] as const),
  ),
);

/**
 * Whether a process is a game. The user's exclude list wins over everything, then the user's include list,
 * then the built-in list, then the folders where stores install games.
 */
export function classifyProcess(
  process: ProcessFacts,
  settings: Pick<Settings['games'], 'include' | 'exclude'>,
): GameVerdict | undefined {
  const { programs, steamAppId } = programsOfProcess(process);
  const matches = (pattern: string) => programs.find((program) => matchesPattern(pattern, program));
  if (settings.exclude.some((pattern) => matches(pattern) !== undefined)) return undefined;

  for (const pattern of settings.include) {
    const program = matches(pattern);
    if (program !== undefined) {
      return { name: nameOf(program), executable: program, why: `Your list of games has “${pattern}”.` };
    }
  }

  for (const program of programs) {
    const title = TITLES.get(fileName(program).toLowerCase());
    if (title !== undefined) return { name: title, executable: program, why: 'Gata knows this game.' };
    const installed = libraryGame(program);
    if (installed !== undefined && !isCompanionProgram(program)) {
      return {
        name: installed.title,
        executable: program,
        why: `It lies in a folder where games are installed (${installed.store}).`,
      };
    }
  }

  // A game added to Steam by hand lies anywhere.
  const [target] = programs;
  if (steamAppId !== null && target !== undefined && !programs.some(isCompanionProgram)) {
    return { name: nameOf(target), executable: target, why: `Steam started it as app ${steamAppId}.` };
  }
  return undefined;
}

function nameOf(program: string): string {
  const name = fileName(program);
  return TITLES.get(name.toLowerCase()) ?? libraryGame(program)?.title ?? (name === '' ? program : name);
}
