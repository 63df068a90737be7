import type { ProcessEvidence } from '../classify/evidence.ts';
import type { ProcessFacts } from '../process-watcher.ts';
import type { Membership } from './membership.ts';

/** What was seen of a process since it runs its program; it only ever grows. */
export type SeenEvidence = Pick<ProcessEvidence, 'beside' | 'window' | 'drawsOnGpu' | 'inGameMode'>;

export const NOTHING_SEEN: SeenEvidence = {
  beside: null,
  window: null,
  drawsOnGpu: null,
  inGameMode: false,
};

/** One running process, with what is remembered of where it came from. */
export interface TrackedProcess {
  readonly pid: number;
  /** In the order in which processes were noticed. */
  readonly order: number;
  facts: ProcessFacts;
  /** A fork that was not looked at: its facts are its parent's, but for the pid. */
  isFork: boolean;
  /** Command lines of its parent, its parent's parent and so on, and before them what it ran itself until now. */
  ancestors: readonly (readonly string[])[];
  /** The process that started it, which may have ended since; 0: not known. */
  readonly parentPid: number;
  /** Normalized, the most telling first. */
  programs: readonly string[];
  /** Of itself, or of the nearest ancestor that had one. */
  steamAppId: string | null;
  /** Gata's own process, or one that such a process started. */
  isOwn: boolean;
  seen: SeenEvidence;
  /** Its name says that it records the screen. */
  isRecorder: boolean;
  membership: Membership | null;
  /** The game that its parent belongs to, or belonged to when it ended. */
  fromParent: Membership | null;
  /** The game that it belonged to before it became another program. */
  fromItself: Membership | null;
  /** A game's client because the game was started from it, whatever it looks like by itself. */
  asClient: Membership | null;
}
