import type { Logger } from 'pino';
import type { RefusedFolder } from '../../../shared/installed-game.ts';
import { isSharedFolder } from './folder-refusal.ts';
import type { MachineFolders } from './machine-folders.ts';
import { mapBounded } from './map-bounded.ts';
import { PathWatch } from './path-watch.ts';
import type { FoundGame, RuledOut, StoreReader, StoreReading } from './store-reader.ts';

export interface StoreTimes {
  /** After a change a store is read when nothing has changed for so long, */
  readonly settleMs: number;
  /** but at the latest so long after the first change. */
  readonly settleAtMostMs: number;
  /** What cannot be watched is looked at again so often. */
  readonly lookAgainMs: number;
  /** After an incomplete reading a store is read again after this, then after twice as long, up to `lookAgainMs`. */
  readonly retryMs: number;
  /** Nobody waits longer for one reading; its result is taken whenever it comes. */
  readonly readLimitMs: number;
}

export interface WatchedStoreOptions {
  readonly reader: StoreReader;
  readonly machine: MachineFolders;
  readonly logger: Logger;
  readonly times: StoreTimes;
  /** A reading is done; `games()` may be others now. */
  readonly onRead: () => void;
}

const CHECKS_AT_ONCE = 8;

/** One store's games, read again when its files change. */
export class WatchedStore implements Disposable {
  readonly #options: WatchedStoreOptions;
  readonly #watch: PathWatch;
  #games: readonly FoundGame[] = [];
  #ruledOut: readonly RuledOut[] = [];
  #refused: readonly RefusedFolder[] = [];
  #reported = new Set<string>();
  #reading: Promise<void> | undefined;
  #wantedAgain = false;
  #firstChangeAtMs: number | undefined;
  #settleTimer: NodeJS.Timeout | undefined;
  #lookTimer: NodeJS.Timeout | undefined;
  #retryMs: number;
  #disposed = false;

  constructor(options: WatchedStoreOptions) {
    this.#options = options;
    this.#retryMs = options.times.retryMs;
    this.#watch = new PathWatch(() => this.#changed());
  }

  games(): readonly FoundGame[] {
    return this.#games;
  }

  /** What the store has installed that is no game. */
  ruledOut(): readonly RuledOut[] {
    return this.#ruledOut;
  }

  /** What the user named for this store and cannot be taken. */
  refused(): readonly RefusedFolder[] {
    return this.#refused;
  }

  /** The first reading, or the time limit of one. */
  start(): Promise<void> {
    return this.readAgain();
  }

  /** Resolves after a reading that began after this call, or after the time limit of one. */
  async readAgain(): Promise<void> {
    this.#wantedAgain = true;
    this.#reading ??= this.#readWhileWanted();
    const { readLimitMs } = this.#options.times;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), readLimitMs);
    });
    const end = await Promise.race([this.#reading, limit]);
    clearTimeout(timer);
    if (end === 'late') {
      const { logger, reader } = this.#options;
      logger.warn(
        { store: reader.store, readLimitMs },
        'A game store does not answer; a drive may be asleep or gone.',
      );
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#settleTimer);
    clearTimeout(this.#lookTimer);
    this.#watch[Symbol.dispose]();
  }

  async #readWhileWanted(): Promise<void> {
    try {
      while (this.#wantedAgain && !this.#disposed) {
        this.#wantedAgain = false;
        await this.#read();
      }
    } finally {
      this.#reading = undefined;
    }
  }

  async #read(): Promise<void> {
    const { reader, logger, onRead, times } = this.#options;
    let incomplete = false;
    let watchedAll = false;
    try {
      // Watched before it is read: what changes meanwhile is read again.
      watchedAll = await this.#watch.set(await reader.watched());
      const reading = await reader.read();
      incomplete = reading.incomplete ?? false;
      const games = await this.#accept(reading);
      if (this.#disposed) return;
      this.#games = games;
      this.#ruledOut = reading.ruledOut ?? [];
      this.#refused = reading.refused ?? [];
      this.#report(reading.ignored);
      // The first reading may have told what else there is to watch.
      watchedAll = (await this.#watch.set(await reader.watched())) && watchedAll;
    } catch (error) {
      incomplete = true;
      logger.warn(
        { err: error, store: reader.store },
        'A game store could not be read; its games stay as they were.',
      );
    }
    if (this.#disposed) return;
    onRead();
    this.#lookAgain(incomplete, watchedAll && !reader.changesUnseen, times);
  }

  /** With the games that an incomplete reading lacks; without folders that no store may name. */
  async #accept(reading: StoreReading): Promise<readonly FoundGame[]> {
    const { machine } = this.#options;
    const found = new Set(reading.games.map(({ folder }) => folder));
    const missing = reading.incomplete ? this.#games.filter(({ folder }) => !found.has(folder)) : [];
    const kept = await mapBounded(missing, CHECKS_AT_ONCE, async (game) =>
      (await machine.files.isFolder(game.folder)) ? game : undefined,
    );
    return [...reading.games, ...kept].flatMap(({ alsoAt = [], ...game }) => {
      if (isSharedFolder(game.folder, machine)) return [];
      const others = alsoAt.filter((folder) => !isSharedFolder(folder, machine));
      return others.length === 0 ? game : { ...game, alsoAt: others };
    });
  }

  /** Each line once, as long as it holds. */
  #report(ignored: readonly string[]): void {
    const { logger, reader } = this.#options;
    for (const line of ignored) {
      if (!this.#reported.has(line))
        logger.info({ store: reader.store, line }, 'Ignored while looking for games.');
    }
    this.#reported = new Set(ignored);
  }

  #changed(): void {
    if (this.#disposed) return;
    const { settleMs, settleAtMostMs } = this.#options.times;
    const now = performance.now();
    this.#firstChangeAtMs ??= now;
    const waitMs = Math.max(0, Math.min(settleMs, this.#firstChangeAtMs + settleAtMostMs - now));
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => {
      this.#firstChangeAtMs = undefined;
      this.#readNow();
    }, waitMs);
  }

  #lookAgain(incomplete: boolean, changesAreTold: boolean, times: StoreTimes): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    const waitMs = incomplete ? Math.min(this.#retryMs, times.lookAgainMs) : times.lookAgainMs;
    this.#retryMs = incomplete ? Math.min(this.#retryMs * 2, times.lookAgainMs) : times.retryMs;
    if (!incomplete && changesAreTold) return;
    this.#lookTimer = setTimeout(() => this.#readNow(), waitMs);
    this.#lookTimer.unref();
  }

  #readNow(): void {
    this.readAgain().catch((error: unknown) => {
      this.#options.logger.error(
        { err: error, store: this.#options.reader.store },
        'A game store cannot be read.',
      );
    });
  }
}
