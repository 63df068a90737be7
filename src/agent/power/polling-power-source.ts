import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { PowerSource, ReadPower } from './power-source.ts';

const LOOK_EVERY_MS = 5000;

export interface PollingPowerSourceOptions {
  readonly read: ReadPower;
  readonly logger: Logger;
  readonly everyMs?: number;
}

/** Looks at the power every few seconds: neither system tells of it to a program without a window. */
export class PollingPowerSource extends EventEmitter<{ change: [] }> implements PowerSource {
  readonly #options: PollingPowerSourceOptions;
  readonly #timer: NodeJS.Timeout;
  #onBattery: boolean | null = null;
  #isLooking = false;
  #isUnreadable = false;
  #isClosed = false;

  private constructor(options: PollingPowerSourceOptions) {
    super();
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.everyMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Has looked once when this resolves. */
  static async open(options: PollingPowerSourceOptions): Promise<PollingPowerSource> {
    const source = new PollingPowerSource(options);
    await source.#look();
    return source;
  }

  onBattery(): boolean | null {
    return this.#onBattery;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // A slow firmware answers later than the next look is due.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      this.#report(await this.#options.read());
      this.#isUnreadable = false;
    } catch (error) {
      if (!this.#isUnreadable) {
        this.#options.logger.warn(
          { err: error },
          'It cannot be told whether the machine runs on its battery.',
        );
      }
      this.#isUnreadable = true;
      this.#report(null);
    } finally {
      this.#isLooking = false;
    }
  }

  #report(onBattery: boolean | null): void {
    if (this.#isClosed || onBattery === this.#onBattery) return;
    this.#onBattery = onBattery;
    this.emit('change');
  }
}
