import { NvmlError } from 'node-nvml';
import type { GpuSample } from '../../shared/gpu.ts';
import { isAbsent, isWithoutDriver } from '../cards/driver.ts';
import { CardSession, type CardSessionOptions, CardsLostError } from './card-session.ts';

const IDLE_SAMPLE_MS = 5000;
const FIRST_REOPEN_MS = 1000;
const LONGEST_REOPEN_MS = 5000;
/** The agent takes a guard that says nothing for one that hangs. */
const SAY_LOST_MS = 2000;
/** A library without its driver: after this long there is none, rather than one that is being updated. */
const ABSENT_AFTER_MS = 5000;
/** A process keeps a library that it has loaded; after this long without a driver a fresh one has better chances. */
const FRESH_START_AFTER_MS = 60_000;

export interface DriverLinkEvents {
  /** The driver is there, for the first time or again; what an earlier process had left is put back. */
  opened(session: CardSession): void;
  /** It went away, or is not ready yet; repeated until it is back. The session must not be used any more. */
  lost(detail: string): void;
  /** This machine has none. */
  absent(detail: string): void;
  /** Only a fresh process can reach the driver. */
  replaced(): void;
  samples(samples: readonly GpuSample[]): void;
}

/** Keeps the driver open, reads its cards regularly, and opens it again when it comes back. */
export class DriverLink implements Disposable {
  readonly #options: CardSessionOptions;
  readonly #events: DriverLinkEvents;
  #session: CardSession | null = null;
  #everyMs = IDLE_SAMPLE_MS;
  #sampling: NodeJS.Timeout | undefined;
  #reopening: NodeJS.Timeout | undefined;
  #saying: NodeJS.Timeout | undefined;
  #reopenMs = FIRST_REOPEN_MS;
  #withoutSinceMs = performance.now();
  #wasOpen = false;
  #why = '';

  constructor(options: CardSessionOptions, events: DriverLinkEvents) {
    this.#options = options;
    this.#events = events;
  }

  get session(): CardSession | null {
    return this.#session;
  }

  /** Opens the driver; one of the events follows at once. Reading starts with `startReading`. */
  open(): void {
    try {
      this.#session = CardSession.open(this.#options);
    } catch (error) {
      this.#notOpened(error);
      return;
    }
    clearInterval(this.#saying);
    this.#reopenMs = FIRST_REOPEN_MS;
    this.#wasOpen = true;
    this.#events.opened(this.#session);
  }

  startReading(): void {
    this.#read();
  }

  readEvery(everyMs: number): void {
    this.#everyMs = everyMs;
    if (this.#sampling !== undefined) this.#read();
  }

  [Symbol.dispose](): void {
    this.#stop();
    clearTimeout(this.#reopening);
    clearInterval(this.#saying);
  }

  #read(): void {
    clearTimeout(this.#sampling);
    const session = this.#session;
    if (session === null) return;
    try {
      this.#events.samples(session.sample());
      this.#sampling = setTimeout(() => this.#read(), this.#everyMs);
    } catch (error) {
      if (!(error instanceof CardsLostError)) throw error;
      this.#lose(session, error);
    }
  }

  #lose(session: CardSession, error: CardsLostError): void {
    // A library that was replaced under this process cannot be loaded into it again.
    const isReplaced = session.driver.isReplaced || error.code === 'LIB_RM_VERSION_MISMATCH';
    this.#stop();
    this.#withoutSinceMs = performance.now();
    this.#sayLost(error.message);
    session[Symbol.dispose]();
    if (isReplaced) this.#events.replaced();
    else this.#reopenLater();
  }

  #notOpened(error: unknown): void {
    if (!(error instanceof NvmlError)) throw error;
    const { log } = this.#options;
    const withoutMs = performance.now() - this.#withoutSinceMs;
    const isForGood = isAbsent(error) || (isWithoutDriver(error) && withoutMs >= ABSENT_AFTER_MS);
    // One that was there before comes back: it is being updated.
    if (isForGood && !this.#wasOpen) {
      this.#events.absent(error.message);
      return;
    }
    if (error.message !== this.#why) log(error.message);
    this.#sayLost(error.message);
    if (withoutMs >= FRESH_START_AFTER_MS) this.#events.replaced();
    else this.#reopenLater();
  }

  #reopenLater(): void {
    this.#reopening = setTimeout(() => this.open(), this.#reopenMs);
    this.#reopenMs = Math.min(this.#reopenMs * 1.5, LONGEST_REOPEN_MS);
  }

  #sayLost(why: string): void {
    this.#why = why;
    this.#events.lost(why);
    clearInterval(this.#saying);
    this.#saying = setInterval(() => this.#events.lost(this.#why), SAY_LOST_MS);
  }

  #stop(): void {
    clearTimeout(this.#sampling);
    this.#sampling = undefined;
    this.#session = null;
  }
}
