import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, opendir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { UnreadableFileError } from './unreadable-file-error.ts';

export interface FolderEntry {
  readonly name: string;
  /** Of a symbolic link: of what it leads to. */
  readonly kind: 'file' | 'folder' | 'other';
}

/** These say that there is nothing; a path through a file is one of them. */
const MISSING_CODES: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ENXIO', 'ENODEV']);
/** These stay as they are, however often one asks. */
const LASTING_CODES: ReadonlySet<unknown> = new Set(['ELOOP', 'ENAMETOOLONG', 'EISDIR', 'EINVAL']);

/**
 * Reads a machine's files, never more than asked for. Paths are those of the machine: `C:\Games` of a Windows whose
 * files lie in a fixture folder is `<root>/C/Games`.
 */
export class MachineFiles {
  readonly #root: string | null;

  /** @param root null: this machine itself; otherwise the folder that stands for its root. */
  constructor(root: string | null = null) {
    this.#root = root;
  }

  /** Where a path of the machine really lies. */
  locate(path: string): string {
    if (this.#root === null) return path;
    const slashed = path.replaceAll('\\', '/').replace(/^([A-Za-z]):/, (_all, letter: string) => letter);
    return join(this.#root, slashed);
  }

  /**
   * The first bytes of a file, undefined where there is none.
   * @throws UnreadableFileError when it is longer than `bytesLimit`, no plain file, or closed to us.
   */
  async read(path: string, bytesLimit: number): Promise<Buffer | undefined> {
    const handle = await this.open(path);
    if (handle === undefined) return undefined;
    try {
      // One byte more than allowed tells a file that grew since its size was asked.
      const { size } = await handle.stat();
      if (size > bytesLimit) throw tooLong(path, bytesLimit);
      const buffer = Buffer.allocUnsafe(bytesLimit < size + 4096 ? bytesLimit + 1 : size + 4096);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        if (bytesRead === 0) return buffer.subarray(0, length);
        length += bytesRead;
      }
      throw length > bytesLimit
        ? tooLong(path, bytesLimit)
        : new UnreadableFileError(path, 'grew while it was read', { passing: true });
    } catch (error) {
      throw explained(path, error);
    } finally {
      await handle.close();
    }
  }

  /**
   * A plain file, open for reading; the caller closes it. Undefined where there is none.
   * @throws UnreadableFileError
   */
  async open(path: string): Promise<FileHandle | undefined> {
    try {
      // A pipe in place of a file must not hold us up. Windows has no such flag, and no such pipes.
      const handle = await open(this.locate(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      if ((await handle.stat()).isFile()) return handle;
      await handle.close();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw explained(path, error);
    }
    throw new UnreadableFileError(path, 'is not a file', { passing: false });
  }

  /** Changes whenever the file's content does; undefined where there is no file. */
  async signature(path: string): Promise<string | undefined> {
    try {
      const found = await stat(this.locate(path), { bigint: true });
      return `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw explained(path, error);
    }
  }

  /**
   * What a folder holds, undefined where there is none; not sorted.
   * @throws UnreadableFileError, also when there are more entries than `limit`.
   */
  async entries(path: string, limit: number): Promise<readonly FolderEntry[] | undefined> {
    const found: Dirent[] = [];
    try {
      for await (const entry of await opendir(this.locate(path))) {
        if (found.length === limit) {
          throw new UnreadableFileError(path, `holds more than ${limit} entries`, { passing: false });
        }
        found.push(entry);
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw explained(path, error);
    }
    const entries: FolderEntry[] = [];
    for (const entry of found) {
      const kind = entry.isSymbolicLink() ? await kindOf(join(this.locate(path), entry.name)) : entry;
      const name = entry.name;
      entries.push({ name, kind: kind?.isDirectory() ? 'folder' : kind?.isFile() ? 'file' : 'other' });
    }
    return entries;
  }

  /** False also for what cannot be asked: a link that leads round in a circle, say. */
  async isFolder(path: string): Promise<boolean> {
    return (await kindOf(this.locate(path)))?.isDirectory() ?? false;
  }

  async exists(path: string): Promise<boolean> {
    return (await kindOf(this.locate(path))) !== undefined;
  }

  /** Whether it is a file that Linux would start. */
  async isExecutable(path: string): Promise<boolean> {
    const found = await kindOf(this.locate(path));
    return found?.isFile() === true && (found.mode & 0o111) !== 0;
  }

  /** `drive`: another file system begins there. Undefined: there is no folder. */
  async folderKind(path: string): Promise<'folder' | 'drive' | undefined> {
    const located = this.locate(path);
    const own = await kindOf(located);
    if (!own?.isDirectory()) return undefined;
    const parent = await kindOf(dirname(located));
    return parent !== undefined && parent.dev !== own.dev ? 'drive' : 'folder';
  }

  /** The folder with all symbolic links resolved; undefined where that cannot be told or leads out of a fixture. */
  async realPath(path: string): Promise<string | undefined> {
    try {
      const found = await realpath(this.locate(path));
      if (this.#root === null) return found;
      const inside = relative(await realpath(this.#root), found);
      if (inside.startsWith('..') || isAbsolute(inside)) return undefined;
      const segments = inside.split(sep);
      const [drive] = segments;
      const windows = /^[A-Za-z]:/.test(path) && drive !== undefined;
      return windows ? `${drive}:\\${segments.slice(1).join('\\')}` : `/${segments.join('/')}`;
    } catch {
      // Gone, closed to us, or a circle: then the path as it stands has to do.
      return undefined;
    }
  }
}

async function kindOf(located: string) {
  try {
    return await stat(located);
  } catch {
    // Missing, closed to us or a circle of links: for our purposes it is not there.
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return MISSING_CODES.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function tooLong(path: string, bytesLimit: number): UnreadableFileError {
  return new UnreadableFileError(path, `is longer than ${bytesLimit} bytes`, { passing: false });
}

function explained(path: string, error: unknown): UnreadableFileError {
  if (error instanceof UnreadableFileError) return error;
  const code = codeOf(error);
  const passing = !LASTING_CODES.has(code);
  return new UnreadableFileError(path, `cannot be read (${String(code ?? error)})`, {
    passing,
    cause: error,
  });
}
