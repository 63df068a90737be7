import type { MachineFiles } from './machine-files.ts';

export interface FileCacheOptions<T> {
  readonly files: MachineFiles;
  /** Longer files are not read. */
  readonly bytesLimit: number;
  /** May throw; what it throws reaches the caller of `get`, and nothing is kept. */
  readonly parse: (bytes: Buffer) => T;
}

/** What files hold, read again only when they changed: a store has hundreds of manifests, and one changes at a time. */
export class FileCache<T> {
  readonly #options: FileCacheOptions<T>;
  /** Of the last two rounds, so that files that are gone are forgotten. */
  #before = new Map<string, { readonly signature: string; readonly content: T }>();
  #now = new Map<string, { readonly signature: string; readonly content: T }>();

  constructor(options: FileCacheOptions<T>) {
    this.#options = options;
  }

  /** Undefined where there is no file. @throws UnreadableFileError, and what `parse` throws. */
  async get(path: string): Promise<T | undefined> {
    const { files, bytesLimit, parse } = this.#options;
    // Asked before reading: a file that changes meanwhile is read again the next time.
    const signature = await files.signature(path);
    if (signature === undefined) return undefined;
    const known = this.#now.get(path) ?? this.#before.get(path);
    if (known?.signature === signature) {
      this.#now.set(path, known);
      return known.content;
    }
    const bytes = await files.read(path, bytesLimit);
    if (bytes === undefined) return undefined;
    const content = parse(bytes);
    this.#now.set(path, { signature, content });
    return content;
  }

  /** Begins a round: what was not asked for since the one before is forgotten. */
  nextRound(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
