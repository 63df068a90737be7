import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { GAME_PAUSES_LIMIT, type GamePause } from '../../shared/game-pause.ts';
import type { HaltReport } from '../jobs/compute.ts';
import type { PauseBegin, PauseCause } from '../policy/pause-cause.ts';
import type { PauseHistoryFile } from './pause-history-file.ts';

/** A process that had been running for longer was not started just then. */
const STARTED_JUST_NOW_MS = 60_000;

export interface PauseHistoryOptions {
  readonly file: PauseHistoryFile;
  /** When a process started, as the system counts that; null: not known. */
  readonly startOrderOf: (pid: number) => number | null;
  /** For how long a process with this start has been running, milliseconds; null: not known. */
  readonly ageMs: (startOrder: number) => number | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A pause that compute was stopped for, until the driver has told of the workers' memory. */
interface OpenPause {
  readonly seenMs: number;
  /** As it was recorded; undefined: the workers are not gone yet. */
  recorded: GamePause | undefined;
  memory: GamePause['memory'];
}

/** The last pauses for games, over restarts. Nothing here is done before the workers of a pause are gone. */
export class PauseHistory extends EventEmitter<{ pause: [GamePause] }> {
  readonly #options: PauseHistoryOptions;
  /** Newest first. */
  #pauses: readonly GamePause[];
  /** Those of the newest stop. */
  #open: { readonly halted: PauseBegin['halted']; readonly pauses: OpenPause[] } | undefined;

  constructor(options: PauseHistoryOptions) {
    super();
    this.#options = options;
    this.#pauses = options.file.load();
  }

  /** Newest first, at most 50. */
  list(): readonly GamePause[] {
    return this.#pauses;
  }

  /** Records the pause when no worker is left, and tells of it by `pause`. */
  begin({ cause, signal, seenMs, halted }: PauseBegin): void {
    const { clock, startOrderOf, logger } = this.#options;
    const begun = { id: randomUUID(), at: clock.now().toISOString(), signal, ...described(cause) };
    const startOrder = cause.type === 'game' ? startOrderOf(cause.game.pid) : null;
    if (halted === null) {
      // In a turn of its own: whoever reported the game comes first.
      setImmediate(() =>
        this.#keep({
          ...begun,
          ...{ workers: 0, jobs: 0, seenToStoppedMs: null, startToStoppedMs: null, memory: null },
        }),
      );
      return;
    }
    const open: OpenPause = { seenMs, recorded: undefined, memory: null };
    if (this.#open?.halted !== halted) this.#open = { halted, pauses: [] };
    this.#open.pauses.push(open);
    const record = ({ workers, jobs }: HaltReport) => {
      const seenToStoppedMs = workers === 0 ? null : tenths(performance.now() - seenMs);
      const startToStoppedMs = this.#sinceStart(startOrder, seenToStoppedMs);
      open.recorded = { ...begun, workers, jobs, seenToStoppedMs, startToStoppedMs, memory: open.memory };
      this.#keep(open.recorded);
    };
    halted.then(record, (error) => logger.warn({ err: error }, 'A pause for a game was not recorded.'));
  }

  /** @param isFree Whether the driver lists no stopped worker any more; null: it does not tell. */
  reportMemory(isFree: boolean | null): void {
    const pauses = this.#open?.pauses ?? [];
    this.#open = undefined;
    if (isFree === null) return;
    for (const open of pauses) {
      open.memory = { freed: isFree, afterMs: tenths(performance.now() - open.seenMs) };
      if (open.recorded !== undefined) this.#keep({ ...open.recorded, memory: open.memory });
    }
  }

  /** To be called when the last worker is gone. */
  #sinceStart(startOrder: number | null, seenToStoppedMs: number | null): number | null {
    if (startOrder === null || seenToStoppedMs === null) return null;
    const ageMs = this.#options.ageMs(startOrder);
    if (ageMs === null || ageMs - seenToStoppedMs > STARTED_JUST_NOW_MS) return null;
    // The age is read to 10 ms: it may come out less than what certainly passed.
    return tenths(Math.max(ageMs, seenToStoppedMs));
  }

  #keep(pause: GamePause): void {
    const { file, logger } = this.#options;
    const others = this.#pauses.filter(({ id }) => id !== pause.id);
    this.#pauses = [pause, ...others]
      .toSorted((one, other) => other.at.localeCompare(one.at))
      .slice(0, GAME_PAUSES_LIMIT);
    try {
      file.save(this.#pauses);
    } catch (error) {
      // It is shown until the next start all the same.
      logger.warn({ err: error }, 'The pauses for games could not be written.');
    }
    this.emit('pause', pause);
  }
}

function described(cause: PauseCause): Pick<GamePause, 'key' | 'name' | 'executable' | 'certainty' | 'why'> {
  if (cause.type === 'lease') {
    const { title, reason } = cause.lease;
    return { key: null, name: title ?? reason, executable: null, certainty: 'game', why: reason };
  }
  const { key, name, executable, certainty, why } = cause.game;
  return { key, name, executable, certainty, why };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
