import type { GameView } from '../../shared/local-api.ts';
import type { GameVerdict } from './classify-process.ts';
import type { ProcessFacts } from './process-watcher.ts';

/** One process of a running game. */
interface GameProcess extends GameVerdict {
  readonly pid: number;
  readonly identity: string;
  /** ISO time. */
  readonly since: string;
}

/** Processes that are games, by pid, in the order they were noticed. */
export type RunningGames = ReadonlyMap<number, GameProcess>;

export type GameEvent =
  /** A process started, or became another program. */
  | { readonly type: 'started'; readonly process: ProcessFacts; readonly at: string }
  | { readonly type: 'ended'; readonly pid: number }
  /** All processes of this moment; what is not among them has ended. */
  | { readonly type: 'listed'; readonly processes: readonly ProcessFacts[]; readonly at: string };

/** The running games after an event; the same object when nothing changed. */
export function reduceGames(
  games: RunningGames,
  event: GameEvent,
  classify: (process: ProcessFacts) => GameVerdict | undefined,
): RunningGames {
  switch (event.type) {
    case 'started': {
      const known = games.get(event.process.pid);
      const next = judge(known, event.process, event.at, classify);
      if (next === known) return games;
      const changed = new Map(games);
      changed.delete(event.process.pid);
      if (next !== undefined) changed.set(next.pid, next);
      return changed;
    }
    case 'ended': {
      if (!games.has(event.pid)) return games;
      const changed = new Map(games);
      changed.delete(event.pid);
      return changed;
    }
    case 'listed': {
      const listed = new Map<number, GameProcess>();
      for (const process of event.processes) {
        const next = judge(games.get(process.pid), process, event.at, classify);
        if (next !== undefined) listed.set(next.pid, next);
      }
      const same = listed.size === games.size && [...listed].every(([pid, game]) => games.get(pid) === game);
      if (same) return games;
      // Games known before keep their place.
      const before = [...games.keys()].flatMap((pid) => listed.get(pid) ?? []);
      const added = [...listed.values()].filter(({ pid }) => !games.has(pid));
      return new Map([...before, ...added].map((game) => [game.pid, game]));
    }
  }
}

/** What a process is now, given what the process of the same pid was: `known` itself when that still holds. */
function judge(
  known: GameProcess | undefined,
  process: ProcessFacts,
  at: string,
  classify: (process: ProcessFacts) => GameVerdict | undefined,
): GameProcess | undefined {
  const same = known !== undefined && known.identity === process.identity;
  // A process whose first thread has ended shows no path any more: it still is the program it was.
  const pathless = process.argv.length === 0 && !/[\\/]/.test(process.executable);
  const verdict = classify(same && pathless ? { ...process, executable: known.executable } : process);
  if (verdict === undefined) return undefined;
  if (
    same &&
    known.name === verdict.name &&
    known.executable === verdict.executable &&
    known.why === verdict.why
  ) {
    return known;
  }
  const since = same && known.name === verdict.name ? known.since : at;
  return { ...verdict, pid: process.pid, identity: process.identity, since };
}

/** One entry a game, that of its longest running process. */
export function gameViews(games: RunningGames): GameView[] {
  const views = new Map<string, GameView>();
  for (const { pid, name, executable, why, since } of games.values()) {
    const shown = views.get(name);
    if (shown !== undefined && since >= shown.since) continue;
    const key = `program:${executable}`;
    const judged = { key, certainty: 'game', choice: 'pause', gpuUuids: null } as const;
    views.set(name, { pid, name, executable, why, since, ...judged });
  }
  return [...views.values()].sort((left, right) => left.since.localeCompare(right.since));
}
