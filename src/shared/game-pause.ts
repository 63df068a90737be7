import { z } from 'zod';
import { gameKeySchema } from './game-choice.ts';

/** So many pauses are remembered. */
export const GAME_PAUSES_LIMIT = 50;

/** What told Gata to pause. */
const pauseSignalSchema = z.enum([
  /** The kernel told of a process as it started. */
  'proc-connector',
  /** A new process was found by polling `/proc`. */
  'proc-polling',
  /** A new process was found in a snapshot of all processes. */
  'process-snapshot',
  /** It ran already when Gata began to watch. */
  'already-running',
  /** It is in front, or fills the screen. */
  'window',
  /** Feral's GameMode was asked for. */
  'game-mode',
  /** Steam says that it runs a game. */
  'steam',
  /** It uses a graphics card. */
  'graphics',
  /** Files that lie beside a program. */
  'files-beside',
  /** A store was found to have installed it. */
  'installed-games',
  /** The user's word on it, or another change of the settings. */
  'settings',
  /** A launcher took a pause lease. */
  'lease',
]);
export type PauseSignal = z.infer<typeof pauseSignalSchema>;

/** One pause for a game, with how fast it was. */
export const gamePauseSchema = z.object({
  id: z.uuid(),
  /** When Gata learnt of the game. */
  at: z.iso.datetime(),
  /** What a choice about the game is stored under; null: a launcher's lease, which names no program. */
  key: gameKeySchema.nullable(),
  name: z.string(),
  executable: z.string().nullable(),
  /** As it was then; a launcher's word is certain. */
  certainty: z.enum(['game', 'maybe']),
  /** Why it counted as a game, or the launcher's reason. */
  why: z.string(),
  /** null: not known. */
  signal: pauseSignalSchema.nullable(),
  /** Worker processes that ran when it began; 0: compute stood still already, and nothing had to be stopped. */
  workers: z.int().nonnegative(),
  /** Jobs handed back. */
  jobs: z.int().nonnegative(),
  /** From the moment Gata was told to the last worker process being gone, milliseconds; null: none ran. */
  seenToStoppedMs: z.number().nonnegative().nullable(),
  /**
   * The same from the start of the game's process; null: not known, no worker ran, or the process had been running for
   * more than a minute before anything told that it is a game. On Linux to 10 ms.
   */
  startToStoppedMs: z.number().nonnegative().nullable(),
  /** What the graphics driver's list of processes said of the workers' memory, and how long after Gata was told; null: nothing. */
  memory: z.object({ freed: z.boolean(), afterMs: z.number().nonnegative() }).nullable(),
});
export type GamePause = z.infer<typeof gamePauseSchema>;

/** How fast the pauses were that had workers to stop: median and slowest of `seenToStoppedMs`; null: there were none. */
export function pauseFigures(
  pauses: readonly GamePause[],
): { readonly count: number; readonly medianMs: number; readonly slowestMs: number } | null {
  const sorted = pauses
    .map(({ seenToStoppedMs }) => seenToStoppedMs)
    .filter((ms) => ms !== null)
    .sort((one, other) => one - other);
  const slowestMs = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (slowestMs === undefined || upper === undefined || lower === undefined) return null;
  return { count: sorted.length, medianMs: (lower + upper) / 2, slowestMs };
}
