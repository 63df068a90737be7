import type { Logger } from 'pino';
import { NetworkCost } from './network-cost.win32.ts';
import { ReportedSignal } from './reported-signal.ts';
import type { Signal } from './signal.ts';

const PERIOD_MS = 30_000;

// NLM_CONNECTION_COST (netlistmgr.h)
const UNRESTRICTED = 0x1;
const FIXED = 0x2;
const VARIABLE = 0x4;
const OVER_DATA_LIMIT = 0x1_0000;
const ROAMING = 0x4_0000;

/** Whether Windows' way to the internet is billed by volume; null where it does not say. */
export function createMeteredNetwork(logger: Logger): Signal<boolean | null> {
  return new MeteredNetwork(() => new NetworkCost(), logger);
}

/** @param cost an NLM_CONNECTION_COST; it is unknown without a network. */
export function isMetered(cost: number): boolean | null {
  if ((cost & (FIXED | VARIABLE | OVER_DATA_LIMIT | ROAMING)) !== 0) return true;
  return (cost & UNRESTRICTED) !== 0 ? false : null;
}

class MeteredNetwork extends ReportedSignal<boolean | null> {
  readonly name = 'win32-metered-network';
  readonly #open: () => NetworkCost;
  readonly #logger: Logger;
  #cost: NetworkCost | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;
  #hasFailed = false;

  constructor(open: () => NetworkCost, logger: Logger) {
    super(null);
    this.#open = open;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    try {
      this.#cost = this.#open();
    } catch (error) {
      this.#fail(error);
      return;
    }
    await this.#look(this.#cost);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#cost?.[Symbol.dispose]();
  }

  /** The next look is waited for from this one's end, however long Windows takes. */
  async #look(cost: NetworkCost): Promise<void> {
    let metered: boolean | null = null;
    try {
      metered = isMetered(await cost.read());
    } catch (error) {
      this.#fail(error);
    }
    if (this.#isDisposed) return;
    this.report(metered);
    this.#timer = setTimeout(() => void this.#look(cost), PERIOD_MS);
    this.#timer.unref();
  }

  #fail(error: unknown): void {
    if (this.#hasFailed || this.#isDisposed) return;
    this.#hasFailed = true;
    this.#logger.warn({ err: error, signal: this.name }, 'Windows does not tell what the network costs.');
  }
}
