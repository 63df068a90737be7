/** What a process is taken for, and why. */
export interface Verdict {
  readonly kind: 'game' | 'maybe' | 'not-a-game';
  /** What a person calls it: the installed game's title where known, else the program's name. */
  readonly name: string;
  /** What a choice about it is stored under: the installed game's id, or `program:` and the program's path. */
  readonly key: string;
  /** The program that decided. */
  readonly executable: string;
  /** In words, the weightiest first; at least one. */
  readonly reasons: readonly string[];
}
