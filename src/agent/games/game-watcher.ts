import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { GameView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ProcessWatcher } from './process-watcher.ts';

export interface GameWatcherEvents {
  /** `running()` changed. */
  change: [];
}

/** Knows which games run on this machine now. */
export interface GameWatcher extends AsyncDisposable {
  /** Resolves when games that run already are known; `change` tells of them too. */
  start(): Promise<void>;
  /** One entry a game, however many processes it has; longest running first. */
  running(): readonly GameView[];
  /** Judges all processes again; to be called when the settings changed. */
  refresh(): void;
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
  readonly logger: Logger;
  readonly clock: Clock;
  /** The platform's best by default. */
  readonly processWatcher?: ProcessWatcher;
}

export declare function createGameWatcher(options: GameWatcherOptions): GameWatcher;
