import { type GameStore, installedGameSchema, type RefusedFolder } from '../../../shared/installed-game.ts';
import { folderRefusal, isSharedFolder } from './folder-refusal.ts';
import type { MachineFolders } from './machine-folders.ts';
import type { FoundGame, RuledOut, StoreReading } from './store-reader.ts';
import { UnreadableFileError } from './unreadable-file-error.ts';

/** More than anybody has installed; what is above it is a broken or hostile file. */
const GAMES_LIMIT = 10_000;
const IGNORED_LINES_LIMIT = 200;
const LINE_CHARACTERS_LIMIT = 500;
const FOLDER_CHARACTERS_LIMIT = 4096;

export interface CandidateGame {
  /** The store's own id. */
  readonly id: string;
  /** Empty or missing: the folder's name. */
  readonly title?: string | undefined;
  readonly folder: string;
  readonly sizeBytes?: number | null | undefined;
  readonly alsoAt?: readonly string[];
}

/** Gathers what one reading of a store found; what is no possible game is ignored with a line. */
export class StoreReport {
  readonly #store: GameStore;
  readonly #machine: MachineFolders;
  readonly #games: FoundGame[] = [];
  readonly #ruledOut: RuledOut[] = [];
  readonly #refused: RefusedFolder[] = [];
  readonly #ignored: string[] = [];
  #ignoredBeyond = 0;
  #incomplete = false;

  constructor(store: GameStore, machine: MachineFolders) {
    this.#store = store;
    this.#machine = machine;
  }

  /** Whether more games make sense: a reader may stop when this is true. */
  get full(): boolean {
    return this.#games.length >= GAMES_LIMIT;
  }

  /**
   * Takes a game whose folder exists and may be one.
   * @returns why it is not taken, as the end of a sentence; undefined: it is.
   */
  async add(candidate: CandidateGame): Promise<string | undefined> {
    if (this.full) {
      this.ignore(`more than ${GAMES_LIMIT} games: the others are left out`);
      return `is beyond the first ${GAMES_LIMIT} games`;
    }
    // Bounded first: what follows looks at all of it.
    const folder = withoutTrailingSeparator(candidate.folder.slice(0, FOLDER_CHARACTERS_LIMIT + 1));
    const refusal = await folderRefusal(folder, this.#machine);
    const title = printable(candidate.title) || printable(lastSegment(folder));
    if (refusal !== undefined) {
      this.ignore(`${title}: ${folder} ${refusal}`);
      return refusal;
    }
    // A system tells a running program's path without symbolic links, and they may lead to what is refused itself.
    const real = await this.#machine.files.realPath(folder);
    if (real !== undefined && isSharedFolder(real, this.#machine)) {
      const leads = `leads to ${real}, the folder of more than a game`;
      this.ignore(`${title}: ${folder} ${leads}`);
      return leads;
    }
    const others = new Set([...(candidate.alsoAt ?? []), ...(real === undefined ? [] : [real])]);
    others.delete(folder);
    const game = installedGameSchema.safeParse({
      id: `${this.#store}:${candidate.id}`,
      store: this.#store,
      title,
      folder,
      sizeBytes: candidate.sizeBytes ?? null,
    });
    if (!game.success) {
      this.ignore(`${title}: its id, folder or size is out of bounds`);
      return 'is too long';
    }
    this.#games.push(others.size === 0 ? game.data : { ...game.data, alsoAt: [...others] });
    return undefined;
  }

  /** A folder that the user named cannot be taken. `why`: what follows "It …". */
  refuse(folder: string, why: string): void {
    if (this.#refused.length < IGNORED_LINES_LIMIT) {
      this.#refused.push({ folder, why: printable(`It ${why}.`) });
    }
  }

  /** The store has something installed there that is no game. */
  ruleOut(folder: string, why: string): void {
    this.ignore(why);
    const isBounded = folder.length <= FOLDER_CHARACTERS_LIMIT && this.#ruledOut.length < GAMES_LIMIT;
    if (isBounded && !isSharedFolder(folder, this.#machine)) {
      this.#ruledOut.push({ folder: withoutTrailingSeparator(folder), why: printable(why) });
    }
  }

  ignore(line: string): void {
    if (this.#ignored.length < IGNORED_LINES_LIMIT) this.#ignored.push(printable(line));
    else this.#ignoredBeyond += 1;
  }

  /** Like `ignore`, of something that may be readable in a moment. */
  ignoreForNow(line: string): void {
    this.#incomplete = true;
    this.ignore(line);
  }

  /**
   * Runs a step that reads one file; a file that cannot be read or is malformed is ignored, and then the answer is
   * undefined. Malformed files count as passing, because stores write theirs in place.
   */
  async attempt<T>(what: string, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof UnreadableFileError && !error.passing) this.ignore(error.message);
      else if (error instanceof UnreadableFileError) this.ignoreForNow(error.message);
      else this.ignoreForNow(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  reading(): StoreReading {
    const beyond = this.#ignoredBeyond;
    const ignored = beyond === 0 ? this.#ignored : [...this.#ignored, `and ${beyond} more`];
    const ruledOut = this.#ruledOut.length === 0 ? {} : { ruledOut: this.#ruledOut };
    const refused = this.#refused.length === 0 ? {} : { refused: this.#refused };
    return { games: this.#games, ...ruledOut, ...refused, ignored, incomplete: this.#incomplete };
  }
}

/** One line without control characters, of a length for logs and screens. */
function printable(text: string | undefined): string {
  const line = (text ?? '').slice(0, LINE_CHARACTERS_LIMIT * 2).replaceAll(/\p{C}+|\s+/gu, ' ');
  return line.trim().slice(0, LINE_CHARACTERS_LIMIT);
}

function withoutTrailingSeparator(folder: string): string {
  return folder.length > 3 ? folder.replace(/[\\/]+$/, '') : folder;
}

function lastSegment(folder: string): string {
  return folder.slice(Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\')) + 1);
}
