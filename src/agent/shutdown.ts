import type { Logger } from 'pino';

/** Less than the 3 s that the desktop shell waits before it kills the agent. */
const DEADLINE_MS = 2500;
/**
 * Signals this close together are one wish: a terminal and npm both pass Ctrl+C on, and `when-exit`, a part of the
 * settings library, sends the process each signal once more.
 */
const SAME_WISH_MS = 500;

export interface ShutdownParts {
  /** Halts compute, hands the jobs back and closes everything. */
  readonly close: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * The agent's one way out: a signal, the API or an unexpected error begins it, a later signal or the deadline
 * cuts it short.
 */
export class Shutdown {
  readonly #parts: ShutdownParts;
  /** A reading of `performance.now()`. */
  #begunAt: number | undefined;

  constructor(parts: ShutdownParts) {
    this.#parts = parts;
  }

  /**
   * SIGHUP is what Node makes of a closed console on Windows, SIGBREAK of Ctrl+Break. The end of a Windows
   * session does not reach a process without a window; the desktop shell then posts to `/v1/shutdown`.
   */
  listenToProcess(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'] as const) {
      process.on(signal, () => {
        if (this.#begunAt !== undefined && performance.now() - this.#begunAt > SAME_WISH_MS) process.exit(1);
        this.begin(signal, 0);
      });
    }
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        this.#parts.logger.fatal({ err: error }, event);
        this.begin(event, 1);
      });
    }
  }

  /** Closes the agent and ends the process; does nothing when that has begun. */
  begin(why: string, exitCode: number): void {
    if (this.#begunAt !== undefined) return;
    this.#begunAt = performance.now();
    void this.#run(why, exitCode);
  }

  async #run(why: string, exitCode: number): Promise<void> {
    const { close, logger } = this.#parts;
    logger.info({ why }, 'closing');
    setTimeout(() => {
      logger.error('closing took too long');
      process.exit(1);
    }, DEADLINE_MS);
    try {
      await close();
      process.exit(exitCode);
    } catch (error) {
      logger.error({ err: error }, 'closing failed');
      process.exit(1);
    }
  }
}
