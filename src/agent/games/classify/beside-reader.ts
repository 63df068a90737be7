import { opendir, stat } from 'node:fs/promises';
import { fileName } from '../program-path.ts';
import { IN_PARENT } from './beside-evidence.ts';
import { isTelling } from './beside-signs.ts';

/** Entries of one folder that are looked at; a folder with more is none that a game's program lies in. */
const ENTRIES_LIMIT = 4_096;
/** Telling names that are given. */
const NAMES_LIMIT = 64;
/** Folders whose names are remembered. */
const FOLDERS_LIMIT = 256;

/** Folders of many programs: what lies there says nothing about one of them. */
const SHARED_FOLDERS =
  /^((\/app|\/usr(\/local)?|\/home\/[^/]+(\/\.local)?)?\/(bin|sbin|libexec|games)|\/tmp|\/home\/[^/]+|.*\/(downloads|desktop|program files( \(x86\))?|system32|syswow64)|[a-z]:|[a-z]:\/windows|)$/i;
/** Folders that hold only a game's programs; its files lie one further up. */
const PROGRAM_FOLDERS =
  /^(bin|bin32|bin64|binaries|win32|win64|x64|x86|x86_64|linux64|linux|linux32|system|release|retail|build|game|lib|exe|ship|program|bin_ship|retailclient|_retail_|wingdk|binwin64|64bit|py\d-.+)$/i;
/** Folders of programs lie in each other: `Binaries/Win64`, `lib/py3-linux-x86_64`. */
const LEVELS_LIMIT = 2;

interface Remembered {
  /** When the folder changed last; names come and go only with a change of it. */
  readonly changedMs: number;
  readonly names: readonly string[];
}

/**
 * Tells what lies beside programs, as far as it says anything. It reads names, opens no files and follows no links
 * inside the folder.
 */
export class BesideReader {
  readonly #folders = new Map<string, Remembered>();
  readonly #reading = new Map<string, Promise<readonly string[]>>();

  /**
   * Telling names of files and folders beside a program, and, marked with `IN_PARENT`, beside its folder where that
   * holds only programs. `program`: a normalized path. Empty where there is nothing, nothing may be read, or the path
   * is not absolute; never rejects.
   */
  async besideOf(program: string): Promise<readonly string[]> {
    // What lies on another machine may take minutes to answer.
    if (!/^(\/(?!\/)|[a-z]:\/)/i.test(program) || program.includes('\0')) return [];
    const folder = parentOf(program);
    const names = [...(await this.#namesIn(folder))];
    let above = folder;
    for (let level = 0; level < LEVELS_LIMIT && PROGRAM_FOLDERS.test(fileName(above)); level += 1) {
      above = parentOf(above);
      names.push(...(await this.#namesIn(above)).map((name) => `${IN_PARENT}${name}`));
    }
    return names.slice(0, NAMES_LIMIT);
  }

  async #namesIn(folder: string): Promise<readonly string[]> {
    if (SHARED_FOLDERS.test(folder)) return [];
    // Many processes of one program start at once.
    const running = this.#reading.get(folder);
    if (running !== undefined) return running;
    const reading = this.#read(folder);
    this.#reading.set(folder, reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(folder);
    }
  }

  async #read(folder: string): Promise<readonly string[]> {
    try {
      const { mtimeMs } = await stat(folder);
      const known = this.#folders.get(folder);
      if (known?.changedMs === mtimeMs) return known.names;
      const names = await tellingNames(folder);
      this.#remember(folder, { changedMs: mtimeMs, names });
      return names;
    } catch {
      // Gone, or closed to us: what cannot be read says nothing about the program.
      return [];
    }
  }

  #remember(folder: string, remembered: Remembered): void {
    this.#folders.delete(folder);
    this.#folders.set(folder, remembered);
    const [oldest] = this.#folders.keys();
    if (this.#folders.size > FOLDERS_LIMIT && oldest !== undefined) this.#folders.delete(oldest);
  }
}

async function tellingNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  let seen = 0;
  for await (const { name } of await opendir(folder, { bufferSize: 256 })) {
    seen += 1;
    if (isTelling(name)) names.push(name);
    if (seen >= ENTRIES_LIMIT || names.length >= NAMES_LIMIT) break;
  }
  return names;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
