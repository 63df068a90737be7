import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { GameView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { classifyProcess } from './classify-process.ts';
import { openProcessWatcher } from './open-process-watcher.ts';
import type { ProcessFacts, ProcessWatcher } from './process-watcher.ts';
import { type GameEvent, gameViews, type RunningGames, reduceGames } from './running-games.ts';

/** Knows which games run on this machine now. */
export interface GameWatcher extends AsyncDisposable {
  /** Resolves when games that run already are known; `change` tells of them too. */
  start(): Promise<void>;
  /** One entry a game, however many processes it has; longest running first. */
  running(): readonly GameView[];
  /** Judges all processes again; to be called when the settings changed. */
  refresh(): void;
  /** `change`: `running()` changed. */
  on(name: 'change', listener: () => void): void;
  off(name: 'change', listener: () => void): void;
}

export interface GameWatcherOptions {
  /** Read at each judgement, so that the newest settings count. */
  readonly settings: () => Settings['games'];
  readonly logger: Logger;
  readonly clock: Clock;
  /** The platform's best by default; disposed with the game watcher. */
  readonly processWatcher?: ProcessWatcher;
}

export function createGameWatcher(options: GameWatcherOptions): GameWatcher {
  return new ProcessGameWatcher(options);
}

/** While a game runs its processes are looked at so often, in case the news of an end got lost. */
const CHECK_PERIOD_MS = 2_000;

class ProcessGameWatcher implements GameWatcher {
  readonly #options: GameWatcherOptions;
  readonly #events = new EventEmitter<{ change: [] }>();
  #watcher: ProcessWatcher | undefined;
  #games: RunningGames = new Map();
  #views: readonly GameView[] = [];
  #checkTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: GameWatcherOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { logger, processWatcher } = this.#options;
    const watcher = processWatcher ?? (await openProcessWatcher(logger));
    if (this.#disposed) watcher[Symbol.dispose]();
    else this.#use(watcher);
  }

  running(): readonly GameView[] {
    return this.#views;
  }

  refresh(): void {
    if (this.#watcher === undefined) return;
    this.#apply({ type: 'listed', processes: this.#watcher.list(), at: this.#now() });
  }

  on(name: 'change', listener: () => void): void {
    this.#events.on(name, listener);
  }

  off(name: 'change', listener: () => void): void {
    this.#events.off(name, listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#checkTimer);
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = undefined;
    this.#events.removeAllListeners();
  }

  #use(watcher: ProcessWatcher): void {
    this.#watcher = watcher;
    watcher.start({
      onStart: (process) => this.#apply({ type: 'started', process, at: this.#now() }),
      onEnd: (pid) => this.#ended(pid),
      onLost: () => this.refresh(),
      onBroken: (error) => {
        this.#replace(error).catch((reason: unknown) => {
          this.#options.logger.error({ err: reason }, 'Games cannot be seen any more. Restart Gata.');
        });
      },
    });
    this.#options.logger.info({ mechanism: watcher.mechanism }, 'Watching for games.');
    this.refresh();
  }

  async #replace(error: Error): Promise<void> {
    const { logger } = this.#options;
    logger.warn({ err: error }, 'The process watcher broke; another takes its place.');
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = undefined;
    const watcher = await openProcessWatcher(logger, { polling: true });
    if (this.#disposed) watcher[Symbol.dispose]();
    else this.#use(watcher);
  }

  #ended(pid: number): void {
    const game = this.#games.get(pid);
    if (game === undefined) return;
    const others = [...this.#games.values()].some((other) => other.pid !== pid && other.name === game.name);
    // The last process of a game may have handed over to a fork of itself, which no exec announced.
    if (others) this.#apply({ type: 'ended', pid });
    else this.refresh();
  }

  #check(): void {
    for (const { pid, identity } of this.#games.values()) {
      if (this.#watcher?.read(pid)?.identity !== identity) this.#ended(pid);
    }
  }

  #apply(event: GameEvent): void {
    const before = this.#games;
    const settings = this.#options.settings();
    this.#games = reduceGames(before, event, (process: ProcessFacts) => classifyProcess(process, settings));
    if (this.#games === before) return;
    this.#keepChecking();
    this.#publish();
  }

  #keepChecking(): void {
    if (this.#games.size === 0) {
      clearInterval(this.#checkTimer);
      this.#checkTimer = undefined;
    } else {
      this.#checkTimer ??= setInterval(() => this.#check(), CHECK_PERIOD_MS);
    }
  }

  #publish(): void {
    const before = this.#views;
    const views = gameViews(this.#games);
    if (JSON.stringify(views) === JSON.stringify(before)) return;
    this.#views = views;
    const { logger } = this.#options;
    for (const view of views) {
      if (!before.some(({ name }) => name === view.name)) {
        logger.info({ game: view.name, pid: view.pid, why: view.why }, 'A game started.');
      }
    }
    for (const view of before) {
      if (!views.some(({ name }) => name === view.name)) logger.info({ game: view.name }, 'A game ended.');
    }
    this.#events.emit('change');
  }

  #now(): string {
    return this.#options.clock.now().toISOString();
  }
}
