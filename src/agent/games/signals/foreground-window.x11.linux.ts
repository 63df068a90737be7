import type { Logger } from 'pino';
import { KeptConnection } from './kept-connection.ts';
import { ReportedSignal } from './reported-signal.ts';
import type { ForegroundWindow } from './signal.ts';
import { X11ActiveWindow } from './x11/x11-active-window.ts';
import { X11Connection } from './x11/x11-connection.linux.ts';

/**
 * The window in front, from the X server's events. Under Wayland only windows of X programs (XWayland) are
 * seen: Wayland tells no program of another's windows. Null while a native one is in front.
 */
export class X11ForegroundWindow extends ReportedSignal<ForegroundWindow | null> {
  readonly name = 'x11-foreground-window';
  readonly #connection: KeptConnection<X11Connection>;
  #window: X11ActiveWindow | undefined;

  constructor(logger: Logger, environment: NodeJS.ProcessEnv) {
    super(null);
    this.#connection = new KeptConnection({
      logger,
      signal: this.name,
      connect: () => X11Connection.open(environment),
      use: async (x11) => {
        this.#window = await X11ActiveWindow.open(x11, (window) => this.report(window));
      },
      lost: () => {
        this.#window?.[Symbol.dispose]();
        this.#window = undefined;
        this.report(null);
      },
    });
  }

  start(): Promise<void> {
    return this.#connection.start();
  }

  [Symbol.dispose](): void {
    this.silence();
    this.#connection[Symbol.dispose]();
    this.#window?.[Symbol.dispose]();
  }
}
