import { folderKey, isWindowsPath } from './folder-key.ts';

interface Branch<T> {
  readonly below: Map<string, Branch<T>>;
  value: T | undefined;
}

/**
 * Finds by a file's path what the deepest of some folders above it stands for. A tree of path segments: a path that
 * lies in none of the folders is done with after a segment or two, and most paths are such.
 */
export class FolderIndex<T> {
  readonly #root: Branch<T> = { below: new Map(), value: undefined };

  /** Keeps what stands there already; false then. */
  add(folder: string, value: T): boolean {
    let branch = this.#root;
    for (const segment of folderKey(folder).split('/')) {
      if (segment === '') continue;
      let next = branch.below.get(segment);
      if (next === undefined) {
        next = { below: new Map(), value: undefined };
        branch.below.set(segment, next);
      }
      branch = next;
    }
    if (branch === this.#root || branch.value !== undefined) return false;
    branch.value = value;
    return true;
  }

  /** A file's path with either slash; that of a folder itself finds nothing of its own. */
  find(path: string): T | undefined {
    const windows = isWindowsPath(path);
    let branch = this.#root;
    let found: T | undefined;
    let from = 0;
    for (;;) {
      const end = segmentEnd(path, from, windows);
      // What no separator follows is the file itself.
      if (end === path.length) return found;
      if (end > from) {
        const segment = path.slice(from, end);
        const next = branch.below.get(windows ? segment.toLowerCase() : segment);
        if (next === undefined) return found;
        branch = next;
        found = next.value ?? found;
      }
      from = end + 1;
    }
  }
}

const SLASH = 0x2f;
const BACKSLASH = 0x5c;

function segmentEnd(path: string, from: number, windows: boolean): number {
  for (let at = from; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    if (code === SLASH || (windows && code === BACKSLASH)) return at;
  }
  return path.length;
}
