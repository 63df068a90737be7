import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { IdleSignal } from './idle-signal.ts';
import { KeptConnection } from './kept-connection.ts';
import { UnavailableError } from './unavailable-error.ts';
import { X11Connection } from './x11/x11-connection.linux.ts';
import { extensionRequest } from './x11/x11-requests.ts';

const QUERY_INFO = 1;

/**
 * The user's last input, from the X server's screen saver extension. Of use in an X session only: XWayland
 * hears of the input to X programs alone.
 */
export class X11LastInput extends IdleSignal {
  readonly name = 'x11-last-input';
  readonly #connection: KeptConnection<X11Connection>;

  constructor(logger: Logger, environment: NodeJS.ProcessEnv, clock: Clock) {
    super(clock);
    this.#connection = new KeptConnection({
      logger,
      signal: this.name,
      connect: () => X11Connection.open(environment),
      use: async (x11) => {
        const screenSaver = await x11.extension('MIT-SCREEN-SAVER');
        if (screenSaver === undefined) throw new UnavailableError('this X server does not tell idle times');
        const query = extensionRequest(screenSaver, QUERY_INFO, x11.root);
        await this.poll(async () => (await x11.request(query)).readUInt32LE(16));
      },
      lost: () => this.forget(),
    });
  }

  start(): Promise<void> {
    return this.#connection.start();
  }

  [Symbol.dispose](): void {
    this.silence();
    this.forget();
    this.#connection[Symbol.dispose]();
  }
}
