import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { KeptConnection } from './kept-connection.ts';
import { ReportedSignal } from './reported-signal.ts';
import { WaylandIdle } from './wayland/wayland-idle.linux.ts';

const IDLE_MS = 5_000;

/**
 * The user's last input, to within five seconds, as a Wayland compositor tells it. Of inputs before the start
 * nothing is known: the user counts as active then.
 */
export class WaylandLastInput extends ReportedSignal<Date | null> {
  readonly name = 'wayland-last-input';
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #connection: KeptConnection<WaylandIdle>;
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger, environment: NodeJS.ProcessEnv, clock: Clock, idleMs = IDLE_MS) {
    super(null);
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#connection = new KeptConnection({
      logger,
      signal: this.name,
      connect: () => WaylandIdle.open(environment),
      use: async (wayland) => {
        await wayland.listen(idleMs, (isIdle) => (isIdle ? this.#idle() : this.#active()));
        this.#active();
      },
      lost: () => this.#forget(),
    });
  }

  start(): Promise<void> {
    return this.#connection.start();
  }

  [Symbol.dispose](): void {
    this.silence();
    this.#forget();
    this.#connection[Symbol.dispose]();
  }

  /** Until the compositor says otherwise, the user was active not long ago at any time. */
  #active(): void {
    const tell = () => this.report(this.#clock.now());
    tell();
    clearInterval(this.#timer);
    this.#timer = setInterval(tell, this.#idleMs);
    this.#timer.unref();
  }

  #idle(): void {
    clearInterval(this.#timer);
    this.report(new Date(this.#clock.now().getTime() - this.#idleMs));
  }

  #forget(): void {
    clearInterval(this.#timer);
    this.report(null);
  }
}
