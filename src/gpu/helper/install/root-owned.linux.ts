import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { InstallError } from './install-error.ts';

/** Debian's `staff` may change /usr/local by design; its members can become root through it as it is. */
const STAFF_GID = 50;
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_OTHERS = 0o002;

/**
 * Makes sure that nobody but root can change or replace what lies in a folder: each folder on the way to it.
 * @throws InstallError naming the folder at fault.
 */
export function requireRootOwnedPath(folder: string): void {
  // Some systems have /usr/local elsewhere, behind a link.
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    const stats = lstatSync(path);
    if (stats.uid !== 0 || isWritableByOthers(stats)) throw notRoots(path);
    if (path === dirname(path)) return;
  }
}

/**
 * Makes sure of the same for everything inside: plain files and folders of root's, and nothing else.
 * @throws InstallError naming the file at fault.
 */
export function requireRootOwnedTree(folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    const stats = lstatSync(path);
    const isPlain = stats.isDirectory() || stats.isFile();
    const isRoots = stats.uid === 0 && stats.gid === 0 && (stats.mode & WRITABLE_BY_GROUP) === 0;
    if (!isPlain || !isRoots || isWritableByOthers(stats)) throw notRoots(path);
  }
}

function isWritableByOthers({ mode, gid }: Stats): boolean {
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return true;
  return (mode & WRITABLE_BY_GROUP) !== 0 && gid !== 0 && gid !== STAFF_GID;
}

function notRoots(path: string): InstallError {
  return new InstallError(
    `${path} can be changed by others than root, who could then become root through the helper. Correct its owner and mode (chown root:root, chmod go-w) and try again.`,
  );
}
