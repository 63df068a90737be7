import type { GameStore, InstalledGame, RefusedFolder } from '../../../shared/installed-game.ts';

/** A game as its store tells of it. */
export interface FoundGame extends InstalledGame {
  /** Other absolute paths of the same folder by which its programs are seen, as from inside a store's own sandbox. */
  readonly alsoAt?: readonly string[];
}

/** What a store has installed that is no game, by its own word: a tool, a benchmark, a soundtrack. */
export interface RuledOut {
  /** Absolute. */
  readonly folder: string;
  /** In words, with its title: "Proton 9.0: Steam calls it a tool". */
  readonly why: string;
}

export interface StoreReading {
  readonly games: readonly FoundGame[];
  readonly ruledOut?: readonly RuledOut[];
  readonly refused?: readonly RefusedFolder[];
  /** What was ignored and why, one line each, for the log. */
  readonly ignored: readonly string[];
  /**
   * Something could not be read that may be readable in a moment (a file being written, say): games that are missing
   * here and were there before are kept as long as their folder exists, and the store is soon read again.
   */
  readonly incomplete?: boolean;
}

/** Knows the games of one store from the files that the store keeps itself. `StoreReport` helps to write one. */
export interface StoreReader {
  readonly store: GameStore;
  /** Some changes show in none of `watched()`, as those of the Windows registry: it is read again every few minutes. */
  readonly changesUnseen?: boolean;
  /** Files and folders whose change means that games came or went; real absolute paths, may be missing. */
  watched(): Promise<readonly string[]>;
  /** Malformed files are skipped and told, never thrown. */
  read(): Promise<StoreReading>;
}
