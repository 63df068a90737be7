import { createHash } from 'node:crypto';
import { folderKey } from './folder-key.ts';
import type { FoundGame } from './store-reader.ts';

/**
 * One list of what several stores found: the first that names a folder has it, and a game whose id is taken by
 * another folder gets the folder's mark added, so that both stay apart and keep their ids.
 */
export function mergeGames(stores: readonly (readonly FoundGame[])[]): readonly FoundGame[] {
  const folders = new Set<string>();
  const ids = new Set<string>();
  const merged: FoundGame[] = [];
  for (const game of stores.flat()) {
    const key = folderKey(game.folder);
    if (folders.has(key)) continue;
    folders.add(key);
    const mark = () => createHash('sha256').update(key).digest('hex').slice(0, 8);
    const id = ids.has(game.id) ? `${game.id.slice(0, 480)}~${mark()}` : game.id;
    // Sixteen digits of a hash that collide as well: no reason to lose count of ids.
    if (ids.has(id)) continue;
    ids.add(id);
    merged.push(id === game.id ? game : { ...game, id });
  }
  return merged;
}
