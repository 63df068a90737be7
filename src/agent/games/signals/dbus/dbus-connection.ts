import { MessageSocket } from '../message-socket.ts';
import { UnavailableError } from '../unavailable-error.ts';
import { type DBusName, socketPathsOfBus } from './dbus-address.ts';
import { authenticate } from './dbus-authentication.ts';
import {
  decodeMessage,
  encodeMessage,
  MESSAGE_TYPE,
  messageFraming,
  NO_AUTO_START,
  type ReceivedDBusMessage,
} from './dbus-message.ts';
import type { DBusValue } from './dbus-type.ts';

const ANSWER_TIMEOUT_MS = 15_000;

/** The bus or a service answered with an error, such as that nobody owns the name. */
class DBusCallError extends Error {
  override name = 'DBusCallError';
}

export interface DBusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly values?: readonly DBusValue[];
}

interface Waiting {
  readonly resolve: (reply: ReceivedDBusMessage) => void;
  readonly reject: (error: Error) => void;
}

/** A client of a message bus: calls, and being told that signals came. Why our own: docs/decisions/dbus.md. */
export class DBusConnection implements Disposable {
  readonly closed: Promise<string>;
  readonly #socket: MessageSocket;
  readonly #waiting = new Map<number, Waiting>();
  #onSignal: () => void = () => undefined;
  #serial = 0;
  #deadline: Disposable | undefined;

  private constructor(socket: MessageSocket) {
    this.#socket = socket;
    this.closed = socket.closed;
    void socket.closed.then((reason) => this.#rejectAll(new Error(reason)));
    socket.receive(messageFraming, (bytes) => this.#receive(decodeMessage(bytes)));
  }

  /** @throws UnavailableError when this machine has no such bus; Error when it cannot be reached now. */
  static async open(bus: DBusName, environment: NodeJS.ProcessEnv): Promise<DBusConnection> {
    const socket = await connectTo(bus, environment);
    try {
      using _deadline = socket.deadline(ANSWER_TIMEOUT_MS);
      await authenticate(socket);
      const connection = new DBusConnection(socket);
      await connection.#callBus('Hello');
      return connection;
    } catch (error) {
      socket[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Called for each signal that comes. Anybody on the bus can send any signal to anybody: take it as a hint to
   * ask the service that is meant, never as news.
   */
  onSignal(listener: () => void): void {
    this.#onSignal = listener;
  }

  /** Asks the bus for the signals that a rule describes (D-Bus specification, Match Rules). */
  async addMatch(rule: string): Promise<void> {
    await this.#callBus('AddMatch', 's', [rule]);
  }

  /**
   * Calls a service that runs; none is started for this.
   * @throws DBusCallError when it is not there or refuses; Error when the connection is lost.
   */
  async call(call: DBusCall): Promise<DBusValue[]> {
    this.#serial = (this.#serial % 0xffff_ffff) + 1;
    const serial = this.#serial;
    const { values, ...header } = call;
    const message = { ...header, type: MESSAGE_TYPE.call, serial, flags: NO_AUTO_START };
    this.#socket.write(encodeMessage(message, values));
    this.#deadline ??= this.#socket.deadline(ANSWER_TIMEOUT_MS);
    const reply = await new Promise<ReceivedDBusMessage>((resolve, reject) => {
      this.#waiting.set(serial, { resolve, reject });
    });
    return reply.readBody();
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #callBus(member: string, signature = '', values: readonly DBusValue[] = []): Promise<DBusValue[]> {
    const bus = 'org.freedesktop.DBus';
    const path = '/org/freedesktop/DBus';
    return this.call({ destination: bus, path, interface: bus, member, signature, values });
  }

  #receive(message: ReceivedDBusMessage): void {
    if (message.type === MESSAGE_TYPE.signal) {
      this.#onSignal();
      return;
    }
    // Calls to us have no answer: we offer nothing.
    if (message.replySerial === undefined) return;
    const waiting = this.#waiting.get(message.replySerial);
    if (waiting === undefined) return;
    this.#waiting.delete(message.replySerial);
    if (this.#waiting.size === 0) this.#clearDeadline();
    if (message.type === MESSAGE_TYPE.reply) waiting.resolve(message);
    else waiting.reject(new DBusCallError(message.errorName));
  }

  #rejectAll(error: Error): void {
    this.#clearDeadline();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #clearDeadline(): void {
    this.#deadline?.[Symbol.dispose]();
    this.#deadline = undefined;
  }
}

async function connectTo(bus: DBusName, environment: NodeJS.ProcessEnv): Promise<MessageSocket> {
  const places = socketPathsOfBus(bus, environment);
  if (places.length === 0) throw new UnavailableError(`this environment names no ${bus} bus`);
  const failures: unknown[] = [];
  for (const place of places) {
    try {
      return await MessageSocket.connect(place);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new Error(`nobody listens at the ${bus} bus`, { cause: new AggregateError(failures) });
}
