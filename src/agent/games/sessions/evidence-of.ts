import type { InstalledGame } from '../../../shared/installed-game.ts';
import type { ProcessEvidence } from '../classify/evidence.ts';
import type { ForegroundWindow } from '../signals/signal.ts';
import type { SeenEvidence, TrackedProcess } from './tracked-process.ts';

/** What the watchers of this machine know at this moment. */
export interface SignalValues {
  readonly foreground: ForegroundWindow | null;
  readonly gameMode: readonly number[];
  readonly steamApp: number | null;
  /** Cards by the processes that use them; null: not known. */
  readonly cards: ReadonlyMap<number, readonly string[]> | null;
}

/** What was seen of a process, with what is seen of it now; the same object when that adds nothing. */
export function seenNow({ pid, seen }: TrackedProcess, values: SignalValues): SeenEvidence {
  const { foreground, gameMode, cards } = values;
  const window = foreground?.pid === pid ? (foreground.isFullScreen ? 'full-screen' : 'foreground') : null;
  const now: SeenEvidence = {
    beside: seen.beside,
    // A game that is behind another window for a moment is a game nevertheless.
    window: seen.window === 'full-screen' ? seen.window : (window ?? seen.window),
    drawsOnGpu: seen.drawsOnGpu === true || (cards === null ? seen.drawsOnGpu : cards.has(pid)),
    inGameMode: seen.inGameMode || gameMode.includes(pid),
  };
  const isSame =
    now.window === seen.window && now.drawsOnGpu === seen.drawsOnGpu && now.inGameMode === seen.inGameMode;
  return isSame ? seen : now;
}

export function evidenceOf(
  process: TrackedProcess,
  known: Pick<ProcessEvidence, 'installed' | 'ruledOut' | 'categories'>,
  steamApp: number | null,
): ProcessEvidence {
  return {
    ...known,
    platform: globalThis.process.platform === 'win32' ? 'win32' : 'linux',
    programs: process.programs,
    argv: process.facts.argv,
    ancestors: process.ancestors,
    steamAppId: process.steamAppId ?? runBySteam(process, known.installed, steamApp),
    // The user's word is heard by whoever judges.
    choice: null,
    ...process.seen,
  };
}

/** On Windows Steam tells which app runs, not which process that is: it is one that Steam started. */
function runBySteam(
  { ancestors }: TrackedProcess,
  installed: InstalledGame | null,
  steamApp: number | null,
): string | null {
  if (steamApp === null || steamApp === 0) return null;
  const isRun = installed?.id === `steam:${steamApp}` || ancestors.some(isSteam);
  return isRun ? String(steamApp) : null;
}

export function isSteam([program]: readonly string[]): boolean {
  return program !== undefined && /(^|[\\/])steam\.exe$/i.test(program);
}
