import { folderKey } from './folder-key.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';

/** Folders that one reading of a store already has, however they are spelt. */
export class SeenFolders {
  readonly #machine: MachineFolders;
  readonly #keys = new Set<string>();

  constructor(machine: MachineFolders) {
    this.#machine = machine;
  }

  has(folder: string): boolean {
    return this.#keys.has(this.#key(folder));
  }

  /** False: it was there already. */
  add(folder: string): boolean {
    const key = this.#key(folder);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }

  #key(folder: string): string {
    return folderKey(pathsOf(this.#machine).normalize(folder));
  }
}
