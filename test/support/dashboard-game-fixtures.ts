import type { GamePause } from '../../src/shared/game-pause.ts';
import type { GameStore } from '../../src/shared/installed-game.ts';
import type { GamesPage, GameView, Status } from '../../src/shared/local-api.ts';
import { ago, hadesView, readyState } from './dashboard-fixtures.ts';
import { gamePause } from './game-pause.ts';

type Installed = GamesPage['installed'][number];

const TITLES: readonly (readonly [GameStore, string, number | null])[] = [
  ['steam', 'Astral Harvest', 4_120_000_000],
  ['steam', 'Baldur’s Gate 3', 147_300_000_000],
  ['epic', 'Control Ultimate Edition', 42_800_000_000],
  ['gog', 'Disco Elysium', 9_800_000_000],
  ['steam', 'ELDEN RING', 61_400_000_000],
  ['lutris', 'Freedoom', null],
  ['steam', 'Hades II', 10_900_000_000],
  ['itch', 'Lantern & Tide', 312_000_000],
  ['xbox', 'Minecraft for Windows', 1_240_000_000],
  ['battlenet', 'Overwatch 2', 52_000_000_000],
  ['steam', 'Pokémon-like: Première Édition', 2_300_000_000],
  ['riot', 'VALORANT', 38_700_000_000],
];

export function installedGame(change: Partial<Installed> = {}): Installed {
  const title = change.title ?? 'Hades II';
  return {
    id: 'steam:1145350',
    store: 'steam',
    title,
    folder: `/home/me/.local/share/Steam/steamapps/common/${title}`,
    sizeBytes: 10_900_000_000,
    choice: 'pause',
    ...change,
  };
}

/** A dozen games of most stores. */
export function installedGames(): Installed[] {
  return TITLES.map(([store, title, sizeBytes], index) =>
    installedGame({ id: `${store}:${1000 + index}`, store, title, sizeBytes }),
  );
}

export function manyGames(count: number): Installed[] {
  return Array.from({ length: count }, (_, index) =>
    installedGame({ id: `steam:${index}`, title: `Game ${index + 1}`, sizeBytes: (index + 1) * 1_000_000 }),
  );
}

/** A program that Gata asks about. */
export function questionedView(change: Partial<GameView> = {}): GameView {
  const executable = '/home/me/Downloads/lantern/lantern.x86_64';
  return hadesView({
    pid: 5151,
    name: 'lantern',
    executable,
    key: `program:${executable}`,
    why: 'The files of a game engine lie beside it.',
    certainty: 'maybe',
    since: ago(25),
    ...change,
  });
}

/** Paused for a program that may be a game. */
export function questionState(change: Partial<Status> = {}): Status {
  return readyState({
    state: 'paused',
    reasons: [{ code: 'game-running', message: 'lantern may be a game', since: ago(25) }],
    games: [questionedView()],
    ...change,
  });
}

/** Pauses of every kind, newest first: a game, a launcher's lease, a program that may be a game, and an idle one. */
export function lastPauses(): GamePause[] {
  const { key, name, executable, why, certainty } = questionedView();
  return [
    gamePause({ at: ago(300) }),
    gamePause({
      ...{ at: ago(4000), key: null, name: 'Portal', executable: null, why: 'Heroic starts a game' },
      ...{ signal: 'lease', seenToStoppedMs: 8.2, startToStoppedMs: null, memory: null, jobs: 0 },
    }),
    gamePause({
      ...{ at: ago(9000), key, name, executable, why, certainty, signal: 'files-beside' },
      ...{ seenToStoppedMs: 112, startToStoppedMs: 480, memory: { freed: false, afterMs: 2050 }, jobs: 2 },
    }),
    gamePause({
      ...{ at: ago(100_000), name: 'ELDEN RING', key: 'steam:1004', signal: 'proc-polling' },
      ...{ workers: 0, jobs: 0, seenToStoppedMs: null, startToStoppedMs: null, memory: null },
    }),
  ];
}
