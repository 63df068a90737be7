import type { Clock } from '../../../shared/clock.ts';
import { ReportedSignal } from './reported-signal.ts';

const PERIOD_MS = 1_000;
/** Two looks at the same input differ by what the looks themselves take. */
const SAME_INPUT_MS = 500;

/** The time of the user's last input, from something that tells how long ago it was. */
export abstract class IdleSignal extends ReportedSignal<Date | null> {
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    super(null);
    this.#clock = clock;
  }

  /**
   * Asks now, and then each second until `forget()` or until an answer fails.
   * @param idleMs Milliseconds since the last input.
   * @throws Error when the first answer fails.
   */
  protected async poll(idleMs: () => Promise<number>): Promise<void> {
    this.reportIdle(await idleMs());
    clearInterval(this.#timer);
    const timer = setInterval(async () => {
      try {
        const ms = await idleMs();
        if (this.#timer === timer) this.reportIdle(ms);
      } catch {
        // The connection's end, if it was that, is told by itself.
        if (this.#timer === timer) this.forget();
      }
    }, PERIOD_MS);
    this.#timer = timer;
    timer.unref();
  }

  protected reportIdle(idleMs: number): void {
    const at = new Date(this.#clock.now().getTime() - idleMs);
    const known = this.value;
    if (known === null || Math.abs(at.getTime() - known.getTime()) >= SAME_INPUT_MS) this.report(at);
  }

  /** Nothing is known any more. */
  protected forget(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.report(null);
  }
}
