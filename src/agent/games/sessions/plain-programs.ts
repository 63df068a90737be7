import { isHeadsetCompositor, liesInSystemGames, platformOf } from '../classify/platforms.ts';
import { fileName, normalizePath } from '../program-path.ts';
import type { TrackedProcess } from './tracked-process.ts';

/** Programs that are remembered; a machine runs fewer again and again. */
const PROGRAMS_LIMIT = 1_000;
/** Where systems keep the programs of their packages. */
const SYSTEM_FOLDERS = /^\/(usr\/)?(s?bin|libexec|lib(32|64)?)\//;

/**
 * Programs of the system that were judged and are nothing that a game could be, such as `grep`: they start again and
 * again, and their next start need not be looked at at once.
 */
export class PlainPrograms {
  readonly #executables = new Set<string>();

  /** Whether a program was judged before and is plain. */
  has(executable: string): boolean {
    return this.#executables.has(executable);
  }

  /**
   * Remembers the program of a process that was judged, if it is plain.
   * @param isMarked whether the desktop's menu or a store says that the program is a game.
   */
  note(process: TrackedProcess, isMarked: (programs: readonly string[]) => boolean): void {
    const { executable } = process.facts;
    if (this.#executables.has(executable) || !isPlain(process) || isMarked(process.programs)) return;
    if (this.#executables.size >= PROGRAMS_LIMIT) this.#executables.clear();
    this.#executables.add(executable);
  }

  /** To be called when anything changed by which programs are judged. */
  forget(): void {
    this.#executables.clear();
  }
}

function isPlain({ facts, programs, membership, fromParent, steamAppId, isRecorder }: TrackedProcess) {
  if (membership !== null || fromParent !== null || steamAppId !== null || isRecorder) return false;
  const path = normalizePath(facts.executable);
  // A shell, say, is what it runs.
  if (programs[0] !== path || !SYSTEM_FOLDERS.test(path)) return false;
  const lower = path.toLowerCase();
  const stem = fileName(lower);
  return platformOf(lower, stem) === undefined && !isHeadsetCompositor(stem) && !liesInSystemGames(lower);
}
