import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { type DBusCall, DBusConnection } from './dbus/dbus-connection.ts';
import { DBusView } from './dbus/dbus-view.ts';
import { IdleSignal } from './idle-signal.ts';
import { KeptConnection } from './kept-connection.ts';

const SERVICE = 'org.gnome.Mutter.IdleMonitor';
const GET_IDLE_TIME: DBusCall = {
  destination: SERVICE,
  path: '/org/gnome/Mutter/IdleMonitor/Core',
  interface: SERVICE,
  member: 'GetIdletime',
};

/** The user's last input as GNOME's compositor tells it, under Wayland and X11 alike. Null on other desktops. */
export class MutterLastInput extends IdleSignal {
  readonly name = 'mutter-last-input';
  readonly #connection: KeptConnection<DBusConnection>;
  #view: DBusView | undefined;

  constructor(logger: Logger, environment: NodeJS.ProcessEnv, clock: Clock) {
    super(clock);
    this.#connection = new KeptConnection({
      logger,
      signal: this.name,
      connect: () => DBusConnection.open('session', environment),
      use: async (connection) => {
        const look = () => this.#begin(connection);
        this.#view = await DBusView.open(connection, { service: SERVICE, rules: [], look });
      },
      lost: () => {
        this.#view?.[Symbol.dispose]();
        this.forget();
      },
    });
  }

  start(): Promise<void> {
    return this.#connection.start();
  }

  [Symbol.dispose](): void {
    this.silence();
    this.#view?.[Symbol.dispose]();
    this.forget();
    this.#connection[Symbol.dispose]();
  }

  /** Asks each second as long as the service answers; its coming is told by the bus. */
  async #begin(connection: DBusConnection): Promise<void> {
    try {
      await this.poll(async () => {
        const [idleMs] = await connection.call(GET_IDLE_TIME);
        if (typeof idleMs !== 'bigint') throw new Error('GNOME tells idle times in another form');
        return Number(idleMs);
      });
    } catch {
      this.forget();
    }
  }
}
