import type { GameChoice } from '../../shared/game-choice.ts';
import type { GameStore } from '../../shared/installed-game.ts';
import type { GamesPage } from '../../shared/local-api.ts';

/** Where a row comes from: a store, or `program`: something that the user has answered for and no store knows. */
export type GameSource = GameStore | 'program';

export interface GameRow {
  readonly key: string;
  readonly title: string;
  readonly source: GameSource;
  /** Its folder, or the program itself. */
  readonly path: string;
  /** null: not known. */
  readonly sizeBytes: number | null;
  readonly choice: GameChoice;
}

export interface GameFilter {
  readonly text: string;
  readonly source?: GameSource | undefined;
  readonly choice?: GameChoice | undefined;
}

const PROGRAM_PREFIX = 'program:';

/**
 * One row a game that is installed, and one a program that the user has answered for, by title. A choice about a game
 * that is gone has no row: it waits for the game to come back.
 */
export function gameRows(
  installed: GamesPage['installed'],
  choices: Readonly<Record<string, GameChoice>>,
  locale: string,
): GameRow[] {
  const rows: GameRow[] = installed.map(({ id, title, store, folder, sizeBytes, choice }) => ({
    key: id,
    title,
    source: store,
    path: folder,
    sizeBytes,
    choice,
  }));
  for (const [key, choice] of Object.entries(choices)) {
    if (!key.startsWith(PROGRAM_PREFIX)) continue;
    const path = key.slice(PROGRAM_PREFIX.length);
    rows.push({ key, title: fileName(path), source: 'program', path, sizeBytes: null, choice });
  }
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  return rows.sort((one, other) => compare(one.title, other.title));
}

/** The rows with every word of the text in their title or path, whatever the case and the accents. */
export function filterRows(rows: readonly GameRow[], filter: GameFilter): readonly GameRow[] {
  const words = plain(filter.text).split(/\s+/).filter(Boolean);
  if (words.length === 0 && filter.source === undefined && filter.choice === undefined) return rows;
  return rows.filter((row) => {
    if (filter.source !== undefined && row.source !== filter.source) return false;
    if (filter.choice !== undefined && row.choice !== filter.choice) return false;
    const text = plain(`${row.title} ${row.path}`);
    return words.every((word) => text.includes(word));
  });
}

/** The sources of the rows, each once, in a steady order. */
export function sourcesOf(rows: readonly GameRow[]): GameSource[] {
  return [...new Set(rows.map((row) => row.source))].sort();
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
