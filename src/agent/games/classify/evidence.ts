import type { GameChoice } from '../../../shared/game-choice.ts';
import type { InstalledGame } from '../../../shared/installed-game.ts';

/** All that is known of a process when it is judged. Plain data: nothing is looked up while judging. */
export interface ProcessEvidence {
  readonly platform: 'linux' | 'win32';
  /** Normalized paths (slashes forward) or bare file names of what it runs, the most telling first. */
  readonly programs: readonly string[];
  /** The command line with the program's own name first; empty where it may not be read. */
  readonly argv: readonly string[];
  /** The same of its parent, its parent's parent and so on, nearest first. */
  readonly ancestors: readonly (readonly string[])[];
  /** The number Steam knows the game by, when this is, or descends from, Steam's keeper of a running game. */
  readonly steamAppId: string | null;
  /** The installed game whose folder its program lies in. */
  readonly installed: InstalledGame | null;
  /**
   * Why the store says that what its program belongs to is no game (Steam's type “application”, say); absent or null:
   * the store says nothing of the kind. Set together with `installed: null`.
   */
  readonly ruledOut?: string | null;
  /** Names of files and folders beside its program (see `BesideReader`); null: not looked at yet. */
  readonly beside: readonly string[] | null;
  /**
   * Categories of its entry in the desktop's menu of applications as freedesktop.org names them (`Game`,
   * `WebBrowser`); absent or null: it has none, or was not looked for.
   */
  readonly categories?: readonly string[] | null;
  /** What its window is; null: not known, or it has none that was seen. */
  readonly window: 'behind' | 'foreground' | 'full-screen' | null;
  /** It draws on a graphics card; null: not known. */
  readonly drawsOnGpu: boolean | null;
  /** It asked Feral GameMode for a game's treatment. */
  readonly inGameMode: boolean;
  /** The user's word on it. */
  readonly choice: GameChoice | null;
}
