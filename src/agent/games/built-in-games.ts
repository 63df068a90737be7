/** A game by the file names of its programs. */
export interface BuiltInGame {
  readonly title: string;
  readonly executables: readonly string[];
}

/** Well-known games whose program's file name tells them for certain. */
export const BUILT_IN_GAMES: readonly BuiltInGame[] = [{ title: 'Hades II', executables: ['hades2.exe'] }];
