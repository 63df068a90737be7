import type { Logger } from 'pino';

const EVERY_MS = 4 * 60 * 60_000;
const AFTER_FAILURE_MS = 10 * 60_000;

/** What is kept fresh. */
interface Refreshed {
  /** @returns false when that failed, and is to be tried again soon. */
  refresh(signal: AbortSignal): Promise<boolean>;
}

/** Fetches the catalogue's lists at every connection to the network, and every few hours. */
export class CatalogueWatch implements Disposable {
  readonly #catalogue: Refreshed;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isConnected = false;

  constructor(catalogue: Refreshed, logger: Logger) {
    this.#catalogue = catalogue;
    this.#logger = logger;
  }

  /** To be called at every change of the connection; looks when it has just come. */
  setConnected(isConnected: boolean): void {
    const hasCome = isConnected && !this.#isConnected;
    this.#isConnected = isConnected;
    if (hasCome) void this.#look();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    let isFresh = false;
    try {
      isFresh = await this.#catalogue.refresh(this.#closing.signal);
    } catch (error) {
      if (!this.#closing.signal.aborted)
        this.#logger.error({ err: error }, 'A part of the catalogue was not fetched.');
    }
    if (this.#closing.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), isFresh ? EVERY_MS : AFTER_FAILURE_MS);
    this.#timer.unref();
  }
}
