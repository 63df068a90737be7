import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { InstalledGame, RefusedFolder } from '../../../shared/installed-game.ts';
import { FolderIndex } from './folder-index.ts';
import type { MachineFolders } from './machine-folders.ts';
import { mergeGames } from './merge-games.ts';
import type { FoundGame, StoreReader } from './store-reader.ts';
import { type StoreTimes, WatchedStore } from './watched-store.ts';

export interface GameLibraryOptions {
  /** In the order of their right to a folder that several name. */
  readonly stores: readonly StoreReader[];
  readonly machine: MachineFolders;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long to wait for what; the defaults suit a machine that is used. */
  readonly times?: Partial<StoreTimes>;
}

const DEFAULT_TIMES: StoreTimes = {
  settleMs: 700,
  settleAtMostMs: 5_000,
  lookAgainMs: 180_000,
  retryMs: 2_000,
  readLimitMs: 20_000,
};

/** The games that are installed on this machine, kept up to date from the stores' own files. */
export class GameLibrary extends EventEmitter<{ change: [] }> implements AsyncDisposable {
  readonly #options: GameLibraryOptions;
  readonly #stores: readonly WatchedStore[];
  #games: readonly InstalledGame[] = [];
  #index = new FolderIndex<InstalledGame>();
  #refused: readonly RefusedFolder[] = [];
  #ruledOut = new FolderIndex<string>();
  /** Changes only when a store found something else. */
  #content = '';
  #started = false;

  static open(options: GameLibraryOptions): GameLibrary {
    return new GameLibrary(options);
  }

  private constructor(options: GameLibraryOptions) {
    super();
    this.#options = options;
    this.#stores = options.stores.map(
      (reader) =>
        new WatchedStore({
          ...options,
          reader,
          times: { ...DEFAULT_TIMES, ...options.times },
          onRead: () => {
            if (this.#started) this.#publish();
          },
        }),
    );
  }

  /** Resolves after the first complete look; a store that does not answer in time is not waited for. */
  async start(): Promise<void> {
    const { clock, logger } = this.#options;
    const beganAt = clock.now().getTime();
    await Promise.all(this.#stores.map((store) => store.start()));
    this.#started = true;
    this.#publish();
    const tookMs = clock.now().getTime() - beganAt;
    logger.info({ games: this.#games.length, tookMs }, 'Looked for installed games.');
  }

  /** Sorted by title. */
  games(): readonly InstalledGame[] {
    return this.#games;
  }

  /**
   * The game that a program belongs to: the one with the deepest folder above it. `path` is absolute, with either
   * slash; paths of Wine's `Z:` are mapped by the caller.
   */
  gameOf(path: string): InstalledGame | undefined {
    return this.#index.find(path);
  }

  /** Why the store that a program comes from says that it is no game; undefined: no store says so. */
  ruledOutOf(path: string): string | undefined {
    return this.#ruledOut.find(path);
  }

  /** Folders that the user named and that cannot be taken. */
  refusedFolders(): readonly RefusedFolder[] {
    return this.#refused;
  }

  /** Reads all stores again; resolves when they have been read. */
  async rescan(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.readAgain()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) store[Symbol.dispose]();
    this.removeAllListeners();
  }

  #publish(): void {
    const found = mergeGames(this.#stores.map((store) => store.games()));
    const ruledOut = this.#stores.flatMap((store) => store.ruledOut());
    const refused = this.#stores.flatMap((store) => store.refused());
    const content = JSON.stringify([found, ruledOut, refused]);
    if (content === this.#content) return;
    this.#content = content;
    this.#refused = refused;
    this.#index = indexOf(found);
    this.#ruledOut = new FolderIndex();
    for (const { folder, why } of ruledOut) this.#ruledOut.add(folder, why);
    this.#games = found
      .map(({ alsoAt: _alsoAt, ...game }) => game)
      .toSorted((one, other) => one.title.localeCompare(other.title) || (one.id < other.id ? -1 : 1));
    this.emit('change');
  }
}

/** Games' own folders before the other paths of them: a path that another game has by its own name is that game's. */
function indexOf(found: readonly FoundGame[]): FolderIndex<InstalledGame> {
  const index = new FolderIndex<InstalledGame>();
  const games = found.map(({ alsoAt = [], ...game }) => ({ game, alsoAt }));
  for (const { game } of games) index.add(game.folder, game);
  for (const { game, alsoAt } of games) for (const folder of alsoAt) index.add(folder, game);
  return index;
}
