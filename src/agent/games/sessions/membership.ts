/** What a process is to a game. */
export interface Membership {
  /** The game's key: an installed game's id, or `program:` and a path. */
  readonly key: string;
  /** What a person calls the game. */
  readonly name: string;
  /** The program that decided. */
  readonly executable: string;
  readonly why: string;
  readonly certainty: 'game' | 'maybe';
  /**
   * `player`: the game itself, or a process that it started for itself; `client`: a program beside the game from which
   * it is started again, such as its launcher.
   */
  readonly role: 'player' | 'client';
}

export function isSameMembership(one: Membership | null, other: Membership | null): boolean {
  if (one === other) return true;
  return (
    one !== null &&
    other !== null &&
    one.key === other.key &&
    one.role === other.role &&
    one.certainty === other.certainty &&
    one.name === other.name &&
    one.executable === other.executable &&
    one.why === other.why
  );
}
