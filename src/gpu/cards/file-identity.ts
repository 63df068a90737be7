import { readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';

/** Differs when another file was put in this one's place; null: there is none. Follows links. */
export function fileIdentity(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}`;
}

/** Where a library lies that the system's loader found by its name; the name itself when that cannot be told. */
export function loadedLibraryPath(library: string): string {
  if (isAbsolute(library)) return library;
  try {
    // The file's own name has the driver's version behind the one that it was asked for.
    const stem = library.replace(/\.so.*$/, '.so');
    const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
    const paths = lines.map((line) => line.slice(line.indexOf('/')));
    return paths.find((path) => isAbsolute(path) && basename(path).startsWith(stem)) ?? library;
  } catch {
    // Not Linux: the path was absolute to begin with.
    return library;
  }
}
