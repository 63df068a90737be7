import type { Logger } from 'pino';
import type { DBusName } from './dbus/dbus-address.ts';
import { type DBusCall, DBusConnection } from './dbus/dbus-connection.ts';
import type { DBusValue } from './dbus/dbus-type.ts';
import { DBusView } from './dbus/dbus-view.ts';
import { KeptConnection } from './kept-connection.ts';
import { ReportedSignal } from './reported-signal.ts';

export interface DBusQuestion<Value> {
  /** For the log: `dbus-game-mode`. */
  readonly name: string;
  readonly bus: DBusName;
  /** The call whose answer holds the value. */
  readonly call: DBusCall;
  /** Match rules of the signals after which the service is asked again. */
  readonly rules: readonly string[];
  /** The value in an answer; `unknown` in one that is not understood. */
  readonly parse: (answer: readonly DBusValue[]) => Value;
  readonly unknown: Value;
}

/** What one call to a service answers, asked again whenever the service hints at a change. */
export class DBusSignal<Value> extends ReportedSignal<Value> {
  readonly name: string;
  readonly #question: DBusQuestion<Value>;
  readonly #connection: KeptConnection<DBusConnection>;
  #view: DBusView | undefined;

  constructor(question: DBusQuestion<Value>, logger: Logger, environment: NodeJS.ProcessEnv) {
    super(question.unknown);
    this.name = question.name;
    this.#question = question;
    this.#connection = new KeptConnection({
      logger,
      signal: question.name,
      connect: () => DBusConnection.open(question.bus, environment),
      use: async (connection) => {
        const service = question.call.destination;
        const look = () => this.#look(connection);
        this.#view = await DBusView.open(connection, { service, rules: question.rules, look });
      },
      lost: () => {
        this.#view?.[Symbol.dispose]();
        this.report(question.unknown);
      },
    });
  }

  start(): Promise<void> {
    return this.#connection.start();
  }

  [Symbol.dispose](): void {
    this.silence();
    this.#view?.[Symbol.dispose]();
    this.#connection[Symbol.dispose]();
  }

  async #look(connection: DBusConnection): Promise<void> {
    const { call, parse, unknown } = this.#question;
    try {
      this.report(parse(await connection.call(call)));
    } catch {
      // The service does not run, is of another version, or talks nonsense: nothing is known of it.
      this.report(unknown);
    }
  }
}
