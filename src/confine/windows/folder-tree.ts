import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A worker that makes more entries than this is filling the disk's tables. */
const ENTRY_LIMIT = 10_000;

/**
 * Bytes in the files below a folder; Infinity when there are more entries than `entryLimit`. What goes
 * away meanwhile counts as nothing; links are not followed.
 */
export function treeBytes(folder: string, entryLimit = ENTRY_LIMIT): number {
  let entries = 0;
  let bytes = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const name of namesIn(next)) {
      if (++entries > entryLimit) return Number.POSITIVE_INFINITY;
      const path = join(next, name);
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory() === true) folders.push(path);
      else bytes += status?.size ?? 0;
    }
  }
  return bytes;
}

/** Removes a folder that a stranger has filled: a link or a junction in it goes, what it names stays. */
export function removeTree(path: string): void {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isDirectory()) {
    unlinkSync(path);
    return;
  }
  for (const name of namesIn(path)) removeTree(join(path, name));
  rmdirSync(path);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Gone since it was listed, or closed to us by its maker; rmdir then says so.
    return [];
  }
}
