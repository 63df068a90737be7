import type { Logger } from 'pino';
import type { GpuSample } from '../../shared/gpu.ts';

const LOOK_AGAIN_MS = 50;
const GIVE_UP_MS = 2000;

export interface ReleaseCheckOptions {
  /** Reads every card now; `take` is given what comes. */
  readonly read: () => void;
  /**
   * The driver still lists workers that are gone, in words; null: all is free, or that cannot be told.
   * `isFree` is null where it cannot.
   */
  readonly told: (problem: string | null, isFree: boolean | null) => void;
  readonly logger: Logger;
}

/** After compute was stopped: makes sure, by the driver's own list of processes, that the memory is free. */
export class ReleaseCheck implements Disposable {
  readonly #options: ReleaseCheckOptions;
  #pids: ReadonlySet<number> = new Set();
  #startedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReleaseCheckOptions) {
    this.#options = options;
  }

  /** @param pids workers that held models on cards and were killed. */
  begin(pids: ReadonlySet<number>): void {
    clearTimeout(this.#timer);
    this.#pids = pids;
    if (pids.size === 0) return;
    this.#startedMs = performance.now();
    this.#options.read();
  }

  take(samples: readonly GpuSample[]): void {
    if (this.#pids.size === 0) return;
    const { read, told, logger } = this.#options;
    const tookMs = performance.now() - this.#startedMs;
    const lists = samples.flatMap(({ processes }) => (processes === null ? [] : [processes]));
    const left = lists.flat().filter(({ pid }) => this.#pids.has(pid));
    if (left.length > 0 && tookMs < GIVE_UP_MS) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(read, LOOK_AGAIN_MS);
      this.#timer.unref();
      return;
    }
    this.#pids = new Set();
    if (left.length === 0) {
      // Without a list nothing is known, and nothing is claimed.
      if (lists.length > 0) logger.info({ tookMs }, "the cards' memory is free again");
      told(null, lists.length > 0 ? true : null);
      return;
    }
    logger.warn({ left }, 'the driver still lists workers that are gone');
    told(
      `The graphics driver still holds memory of ${left.length} stopped worker${left.length > 1 ? 's' : ''}. If a game does not start, close Gata.`,
      false,
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#pids = new Set();
  }
}
