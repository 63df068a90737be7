import { EventEmitter } from 'node:events';
import { homedir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { PauseSignal } from '../../shared/game-pause.ts';
import type { InstalledGame } from '../../shared/installed-game.ts';
import type { GameView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { ApplicationMenu, menuFolders } from './classify/application-menu.ts';
import { BesideReader } from './classify/beside-reader.ts';
import { classify } from './classify/classify.ts';
import type { GameNews } from './game-news.ts';
import { openProcessWatcher } from './open-process-watcher.ts';
import type { ProcessWatcher } from './process-watcher.ts';
import type { GameSignals } from './sessions/game-signals.ts';
import { GameTracker } from './sessions/game-tracker.ts';
import { gameViews } from './sessions/game-views.ts';
import { SignalReadings } from './sessions/signal-readings.ts';
import type { TrackedProcess } from './sessions/tracked-process.ts';

/** Gata is not sure whether a program is a game: the user is asked, once. */
export interface GameQuestion {
  /** What the answer is stored under. */
  readonly key: string;
  readonly name: string;
  readonly executable: string;
  readonly why: string;
}

interface GameWatcherEvents {
  /** `running()` or `isRecording()` changed. */
  change: [GameNews];
  /** A program may be a game, and the user has not said what it is. Told once a program. */
  question: [GameQuestion];
}

/** Knows which games run on this machine now. */
export interface GameWatcher extends AsyncDisposable {
  /** Resolves when games that run already are known; `change` tells of them too. */
  start(): Promise<void>;
  /** One entry a game, however many processes it has; longest running first. */
  running(): readonly GameView[];
  /** Whether a program runs that records or shares the screen, as far as its name tells. */
  isRecording(): boolean;
  /** Judges all processes again; to be called when the settings changed. */
  refresh(): void;
  /**
   * Whether a game must be seen at once, as at first: something computes, or may any moment. Otherwise it may take a
   * fraction of a second, and costs less. When the hurry begins, `running()` is what it would have been with it.
   */
  hurry(hurries: boolean): void;
  /** When a process started, as the system counts that (see `ProcessFacts`); null: not known. */
  startOrderOf(pid: number): number | null;
  on<Name extends keyof GameWatcherEvents>(
    name: Name,
    listener: (...event: GameWatcherEvents[Name]) => void,
  ): void;
  off<Name extends keyof GameWatcherEvents>(
    name: Name,
    listener: (...event: GameWatcherEvents[Name]) => void,
  ): void;
}

export interface GameWatcherOptions {
  /** Read at each judgement, so that the newest settings count. */
  readonly settings: () => Settings['games'];
  readonly library: {
    gameOf(path: string): InstalledGame | undefined;
    ruledOutOf(path: string): string | undefined;
    on(event: 'change', listener: () => void): unknown;
    off(event: 'change', listener: () => void): unknown;
  };
  readonly signals: GameSignals;
  /** Gata's own processes; neither they nor what they start is a game. */
  readonly ownPids: () => readonly number[];
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
/** The menu of applications is looked at again so often; while nothing in it changed that costs next to nothing. */
const MENU_PERIOD_MS = 300_000;
/** So many processes are looked at each time. */
const CHECKED_AT_ONCE = 50;

class ProcessGameWatcher extends EventEmitter<GameWatcherEvents> implements GameWatcher {
  readonly #options: GameWatcherOptions;
  readonly #tracker: GameTracker;
  readonly #readings: SignalReadings;
  readonly #onLibraryChange = () => this.#judgeAnew('installed-games');
  readonly #menu = new ApplicationMenu(
    process.platform === 'linux' ? menuFolders(process.env, homedir()) : [],
  );
  #menuTimer: NodeJS.Timeout | undefined;
  readonly #asked = new Set<string>();
  #watcher: ProcessWatcher | undefined;
  #views: readonly GameView[] = [];
  #recording = false;
  #hurries = true;
  #checkTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: GameWatcherOptions) {
    super();
    this.#options = options;
    const { settings, library, ownPids, clock, logger } = options;
    const readings = new SignalReadings(options.signals, {
      onSteamApp: () => this.#then('steam', () => this.#tracker.steamAppChanged()),
      onOther: (signal) => {
        const news = newsOf(signal);
        this.#tracker.signalled();
        // Which cards a game uses is not the sessions' own.
        this.#publish(news);
      },
    });
    const besides = new BesideReader();
    this.#readings = readings;
    this.#tracker = new GameTracker({
      settings,
      gameOf: (path) => library.gameOf(path),
      ruledOutOf: (path) => library.ruledOutOf(path),
      classify,
      categoriesOf: (programs) => this.#menu.categoriesOf(programs),
      besideOf: (path) => besides.besideOf(path),
      ownPids,
      isRunning: (pid) => this.#watcher?.isRunning(pid) === true,
      read: (pid) => this.#watcher?.read(pid),
      signals: () => readings.values,
      clock,
      onLater: () => this.#publish(newsOf('files-beside')),
      onBesideFailed: (error) =>
        logger.warn({ err: error }, 'The folder of a program could not be looked at.'),
    });
  }

  async start(): Promise<void> {
    const { logger, processWatcher, library } = this.#options;
    const [watcher] = await Promise.all([processWatcher ?? openProcessWatcher(logger), this.#menu.refresh()]);
    if (this.#disposed) {
      watcher[Symbol.dispose]();
      return;
    }
    this.#readings.listen();
    this.#menuTimer = setInterval(() => void this.#refreshMenu(), MENU_PERIOD_MS).unref();
    library.on('change', this.#onLibraryChange);
    this.#use(watcher);
  }

  running(): readonly GameView[] {
    return this.#views;
  }

  isRecording(): boolean {
    return this.#recording;
  }

  refresh(): void {
    this.#judgeAnew('settings');
  }

  startOrderOf(pid: number): number | null {
    return this.#tracker.get(pid)?.facts.startOrder ?? null;
  }

  hurry(hurries: boolean): void {
    this.#hurries = hurries;
    this.#watcher?.hurry(hurries);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#checkTimer);
    clearInterval(this.#menuTimer);
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = undefined;
    this.#readings[Symbol.dispose]();
    this.#options.library.off('change', this.#onLibraryChange);
    this.#tracker[Symbol.dispose]();
    this.removeAllListeners();
  }

  #use(watcher: ProcessWatcher): void {
    const seen = processSignalOf(watcher);
    this.#watcher = watcher;
    watcher.watchClosely(this.#checkTimer !== undefined);
    watcher.hurry(this.#hurries);
    watcher.start({
      // While a game runs, whatever starts may belong to it.
      mayWait: (pid, executable) => this.#checkTimer === undefined && this.#tracker.mayWait(pid, executable),
      onStart: (process) => {
        this.#then(seen, () => this.#tracker.started(process));
        if (this.#tracker.isStale) this.#then(seen, () => this.#compare());
      },
      onFork: (pid, parentPid) => this.#then(seen, () => this.#tracker.forked(pid, parentPid)),
      onEnd: (pid) => this.#then(seen, () => this.#ended(pid)),
      onMissed: () => this.#then(seen, () => this.#compare()),
      onLost: () => this.#then(seen, () => this.#list()),
      onBroken: (error) => {
        this.#replace(error).catch((reason: unknown) => {
          this.#options.logger.error({ err: reason }, 'Games cannot be seen any more. Restart Gata.');
        });
      },
    });
    this.#options.logger.info({ mechanism: watcher.mechanism }, 'Watching for games.');
    this.#then('already-running', () => this.#list());
  }

  async #refreshMenu(): Promise<void> {
    await this.#menu.refresh();
    this.#tracker.forgetPlainPrograms();
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

  #list(): void {
    if (this.#watcher !== undefined) this.#tracker.listed(this.#watcher.list());
  }

  #compare(): void {
    const watcher = this.#watcher;
    if (watcher !== undefined) this.#tracker.compared(watcher.pids(), (pid) => watcher.read(pid));
  }

  #ended(pid: number): void {
    const process = this.#tracker.get(pid);
    if (process?.membership?.role !== 'player') {
      this.#tracker.ended(pid);
      return;
    }
    // Its first thread may have ended while the others play on, and the last process of a game may have handed
    // over to one whose start was missed.
    if (this.#tracker.isLastPlayer(process)) this.#compare();
    if (this.#tracker.get(pid) === process && !this.#isStill(process)) this.#tracker.ended(pid);
  }

  #check(): void {
    for (const process of this.#tracker.players().slice(0, CHECKED_AT_ONCE)) {
      if (!this.#isStill(process)) this.#ended(process.pid);
    }
    this.#tracker.lookAtClients();
  }

  #isStill({ pid, isFork, facts }: TrackedProcess): boolean {
    const now = this.#watcher?.read(pid);
    return now !== undefined && (isFork || now.identity === facts.identity);
  }

  /** Does something, and tells what came of it in the same turn. */
  #then(signal: PauseSignal, step: () => void): void {
    const news = newsOf(signal);
    const before = this.#tracker.sessions;
    step();
    if (before !== this.#tracker.sessions || this.#tracker.isRecording() !== this.#recording)
      this.#publish(news);
  }

  #judgeAnew(signal: PauseSignal): void {
    if (this.#watcher === undefined) return;
    const news = newsOf(signal);
    this.#tracker.refresh();
    this.#publish(news);
  }

  #publish(news: GameNews): void {
    if (this.#disposed) return;
    const before = this.#views;
    const wasRecording = this.#recording;
    const { sessions } = this.#tracker;
    this.#recording = this.#tracker.isRecording();
    this.#keepWatching(sessions.size > 0 || this.#recording);
    this.#views = gameViews(sessions, this.#options.settings().choices, (key) => this.#cardsOf(key));
    if (this.#recording === wasRecording && isDeepStrictEqual(this.#views, before)) return;
    this.#log(before, this.#views);
    this.emit('change', news);
    for (const view of this.#views) this.#ask(view);
  }

  #cardsOf(key: string): string[] {
    const { cards } = this.#readings.values;
    const found = new Set<string>();
    for (const [pid, uuids] of cards ?? []) {
      const membership = this.#tracker.get(pid)?.membership;
      if (membership?.key === key && membership.role === 'player') for (const uuid of uuids) found.add(uuid);
    }
    return [...found].sort();
  }

  #ask({ key, name, executable, why, certainty }: GameView): void {
    if (certainty !== 'maybe' || this.#asked.has(key)) return;
    this.#asked.add(key);
    this.emit('question', { key, name, executable, why });
  }

  /** Ends and forks matter while a game runs. */
  #keepWatching(closely: boolean): void {
    if (closely === (this.#checkTimer !== undefined)) return;
    this.#watcher?.watchClosely(closely);
    clearInterval(this.#checkTimer);
    this.#checkTimer = closely
      ? setInterval(() => this.#then('process-snapshot', () => this.#check()), CHECK_PERIOD_MS)
      : undefined;
  }

  #log(before: readonly GameView[], now: readonly GameView[]): void {
    const { logger } = this.#options;
    for (const view of now) {
      if (!before.some(({ key }) => key === view.key)) {
        const { name, pid, why, certainty, choice } = view;
        logger.info({ game: name, pid, why, certainty, choice }, 'A game started.');
      }
    }
    for (const view of before) {
      if (!now.some(({ key }) => key === view.key)) logger.info({ game: view.name }, 'A game ended.');
    }
  }
}

function newsOf(signal: PauseSignal): GameNews {
  return { signal, seenMs: performance.now() };
}

function processSignalOf({ mechanism }: ProcessWatcher): PauseSignal {
  return mechanism === 'proc-connector' || mechanism === 'proc-polling' ? mechanism : 'process-snapshot';
}
