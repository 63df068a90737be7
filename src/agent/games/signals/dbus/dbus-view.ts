import type { DBusConnection } from './dbus-connection.ts';

/** However often signals come, the service is asked no more often than this. */
const QUIET_MS = 50;

/** Keeps a view of a service up to date: looks once, and again whenever a signal hints at a change. */
export class DBusView implements Disposable {
  readonly #look: () => Promise<void>;
  #looking = false;
  #hinted = false;
  #disposed = false;
  #quiet: NodeJS.Timeout | undefined;

  private constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /**
   * @param service The name whose coming and going is such a hint as well.
   * @param rules Match rules of the signals.
   * @param look Asks the service. Never rejects: it takes a service that does not answer for one that is not there.
   */
  static async open(
    connection: DBusConnection,
    { service, rules, look }: { service: string; rules: readonly string[]; look: () => Promise<void> },
  ): Promise<DBusView> {
    const view = new DBusView(look);
    connection.onSignal(() => view.#hint());
    const ownerRule = `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${service}'`;
    await Promise.all([ownerRule, ...rules].map((rule) => connection.addMatch(rule)));
    await view.#lookNow();
    return view;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#quiet);
  }

  #hint(): void {
    this.#hinted = true;
    if (!this.#looking && this.#quiet === undefined) void this.#lookNow();
  }

  async #lookNow(): Promise<void> {
    if (this.#disposed) return;
    this.#looking = true;
    this.#hinted = false;
    await this.#look();
    this.#looking = false;
    if (this.#disposed) return;
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      if (this.#hinted) void this.#lookNow();
    }, QUIET_MS);
    this.#quiet.unref();
  }
}
