import { socketPathsOfBus } from '../../../../../src/agent/games/signals/dbus/dbus-address.ts';
import { authenticate } from '../../../../../src/agent/games/signals/dbus/dbus-authentication.ts';
import {
  type DBusMessage,
  decodeMessage,
  encodeMessage,
  MESSAGE_TYPE,
  messageFraming,
  type ReceivedDBusMessage,
} from '../../../../../src/agent/games/signals/dbus/dbus-message.ts';
import type { DBusValue } from '../../../../../src/agent/games/signals/dbus/dbus-type.ts';
import { MessageSocket } from '../../../../../src/agent/games/signals/message-socket.ts';

const BUS = 'org.freedesktop.DBus';

export interface Answer {
  readonly signature: string;
  readonly values: readonly DBusValue[];
}

/** Another program on the bus: offers a service, sends what it likes. */
export class BusPeer implements Disposable {
  readonly #socket: MessageSocket;
  readonly #waiting = new Map<number, (message: ReceivedDBusMessage) => void>();
  /** Called for each call of a method; undefined answers with an error. */
  answer: (call: ReceivedDBusMessage) => Answer | undefined = () => undefined;
  calls = 0;
  #serial = 0;

  private constructor(socket: MessageSocket) {
    this.#socket = socket;
    socket.receive(messageFraming, (bytes) => this.#receive(decodeMessage(bytes)));
  }

  static async connect(environment: NodeJS.ProcessEnv): Promise<BusPeer> {
    const socket = await MessageSocket.connect(String(socketPathsOfBus('session', environment)[0]));
    await authenticate(socket);
    const peer = new BusPeer(socket);
    await peer.callBus('Hello');
    return peer;
  }

  async own(name: string): Promise<void> {
    await this.callBus('RequestName', 'su', [name, 0]);
  }

  async release(name: string): Promise<void> {
    await this.callBus('ReleaseName', 's', [name]);
  }

  /** Unique names of everybody on the bus. */
  async everybody(): Promise<string[]> {
    const reply = await this.callBus('ListNames');
    const [names] = reply.readBody();
    return Array.isArray(names) ? names.map(String).filter((name) => name.startsWith(':')) : [];
  }

  signal(message: Pick<DBusMessage, 'path' | 'interface' | 'member' | 'destination'>, body?: Answer): void {
    const header = { ...message, type: MESSAGE_TYPE.signal, signature: body?.signature ?? '' };
    this.send(header, body?.values);
  }

  send(message: Omit<DBusMessage, 'serial'>, values: readonly DBusValue[] = []): number {
    this.#serial += 1;
    this.#socket.write(encodeMessage({ ...message, serial: this.#serial }, values));
    return this.#serial;
  }

  callBus(member: string, signature = '', values: readonly DBusValue[] = []): Promise<ReceivedDBusMessage> {
    const path = '/org/freedesktop/DBus';
    const header = { type: MESSAGE_TYPE.call, destination: BUS, path, interface: BUS, member, signature };
    const serial = this.send(header, values);
    return new Promise((resolve) => this.#waiting.set(serial, resolve));
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #receive(message: ReceivedDBusMessage): void {
    if (message.replySerial !== undefined) this.#waiting.get(message.replySerial)?.(message);
    if (message.type !== MESSAGE_TYPE.call) return;
    this.calls += 1;
    const answer = this.answer(message);
    const reply = { destination: message.sender ?? '', replySerial: message.serial };
    if (answer === undefined) {
      this.send({ ...reply, type: MESSAGE_TYPE.error, errorName: 'org.freedesktop.DBus.Error.Failed' });
    } else {
      this.send({ ...reply, type: MESSAGE_TYPE.reply, signature: answer.signature }, answer.values);
    }
  }
}
