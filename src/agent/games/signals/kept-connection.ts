import type { Logger } from 'pino';
import { UnavailableError } from './unavailable-error.ts';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** A connection that lasted this long was a good one: the next attempt comes soon after its end. */
const STABLE_AFTER_MS = 10_000;

interface Connection extends Disposable {
  /** Resolves with the reason when it is gone. */
  readonly closed: Promise<string>;
}

export interface KeptConnectionOptions<Kind extends Connection> {
  readonly logger: Logger;
  /** For the log: `x11-last-input`. */
  readonly signal: string;
  /** @throws UnavailableError when trying again is of no use. */
  connect(): Promise<Kind>;
  /** Looks for the first time and listens from then on; when it rejects the connection is given up. */
  use(connection: Kind): Promise<void>;
  /** What was known is no longer known. */
  lost(): void;
  readonly firstDelayMs?: number;
}

/** Holds a connection to a service of the desktop, and connects again, less and less often, when it is lost. */
export class KeptConnection<Kind extends Connection> implements Disposable {
  readonly #options: KeptConnectionOptions<Kind>;
  readonly #looked = Promise.withResolvers<void>();
  #connection: Kind | undefined;
  #disposed = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeptConnectionOptions<Kind>) {
    this.#options = options;
  }

  /** Resolves when it has looked once, or failed once; never rejects. */
  start(): Promise<void> {
    void this.#attempt();
    return this.#looked.promise;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#connection?.[Symbol.dispose]();
    this.#looked.resolve();
  }

  async #attempt(): Promise<void> {
    const { logger, signal } = this.#options;
    try {
      await this.#hold();
    } catch (error) {
      this.#looked.resolve();
      if (this.#disposed) return;
      const isFinal = error instanceof UnavailableError;
      // The first failure says it all; a desktop that stays away is not news.
      const level = this.#failures === 0 ? 'info' : 'debug';
      const reason = error instanceof Error ? error.message : String(error);
      logger[level](
        { signal, reason, triesAgain: !isFinal },
        'Nothing is known from this source of signals.',
      );
      if (isFinal) return;
      this.#failures += 1;
      this.#timer = setTimeout(() => void this.#attempt(), this.#delayMs());
      this.#timer.unref();
    }
  }

  /** @throws Error always: when there is no connection, or when it has ended. */
  async #hold(): Promise<never> {
    using connection = await this.#options.connect();
    if (this.#disposed) throw new Error('closed here');
    this.#connection = connection;
    const startedMs = performance.now();
    try {
      await this.#options.use(connection);
      this.#looked.resolve();
      throw new Error(await connection.closed);
    } finally {
      this.#connection = undefined;
      if (performance.now() - startedMs >= STABLE_AFTER_MS) this.#failures = 0;
      if (!this.#disposed) this.#options.lost();
    }
  }

  #delayMs(): number {
    const first = this.#options.firstDelayMs ?? FIRST_DELAY_MS;
    return Math.min(LONGEST_DELAY_MS, first * 2 ** (this.#failures - 1));
  }
}
