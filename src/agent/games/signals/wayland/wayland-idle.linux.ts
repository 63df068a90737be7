import path from 'node:path';
import { MessageSocket } from '../message-socket.ts';
import { UnavailableError } from '../unavailable-error.ts';
import { decodeEvent, encodeRequest, textAt, type WaylandEvent, waylandFraming } from './wayland-wire.ts';

const DISPLAY = 1;
const REGISTRY = 2;
const CALLBACK = 3;
const SEAT = 4;
const NOTIFIER = 5;
const NOTIFICATION = 6;

const IDLE_NOTIFIER = 'ext_idle_notifier_v1';
const ANSWER_TIMEOUT_MS = 15_000;

interface Global {
  readonly name: number;
  readonly version: number;
}

/**
 * A client of a Wayland compositor that asks for one thing: to be told when the user has been idle for a while,
 * and when that ends (ext-idle-notify-v1: KWin, Sway, Hyprland, COSMIC and others).
 */
export class WaylandIdle implements Disposable {
  readonly closed: Promise<string>;
  readonly #socket: MessageSocket;
  readonly #globals = new Map<string, Global>();

  private constructor(socket: MessageSocket) {
    this.#socket = socket;
    this.closed = socket.closed;
  }

  /** @throws UnavailableError where there is no Wayland session; Error when it cannot be reached now. */
  static async open(environment: NodeJS.ProcessEnv): Promise<WaylandIdle> {
    return new WaylandIdle(await MessageSocket.connect(socketPathOf(environment)));
  }

  /**
   * Begins to tell. The user counts as active until told otherwise.
   * @param onIdle Called with true after `idleMs` without input, with false at the next input.
   * @throws UnavailableError when the compositor does not tell that.
   */
  async listen(idleMs: number, onIdle: (isIdle: boolean) => void): Promise<void> {
    using _deadline = this.#socket.deadline(ANSWER_TIMEOUT_MS);
    this.#socket.write(encodeRequest(DISPLAY, 1, REGISTRY));
    await this.#sync();
    const seat = this.#globals.get('wl_seat');
    const notifier = this.#globals.get(IDLE_NOTIFIER);
    if (seat === undefined || notifier === undefined) {
      throw new UnavailableError(`this Wayland compositor has no ${IDLE_NOTIFIER}`);
    }
    // Version 2 counts input alone, whatever keeps the screen awake.
    const version = Math.min(notifier.version, 2);
    this.#socket.write(encodeRequest(REGISTRY, 0, seat.name, 'wl_seat', 1, SEAT));
    this.#socket.write(encodeRequest(REGISTRY, 0, notifier.name, IDLE_NOTIFIER, version, NOTIFIER));
    this.#socket.write(encodeRequest(NOTIFIER, version >= 2 ? 2 : 1, NOTIFICATION, idleMs, SEAT));
    this.#socket.receive(waylandFraming, (message) => {
      const event = decodeEvent(message);
      if (event.object === NOTIFICATION) onIdle(event.opcode === 0);
      else this.#hear(event);
    });
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  /** Resolves when the compositor has told everything that it had to tell so far. */
  async #sync(): Promise<void> {
    this.#socket.write(encodeRequest(DISPLAY, 0, CALLBACK));
    for (;;) {
      const event = decodeEvent(await this.#socket.next(waylandFraming));
      if (event.object === CALLBACK) return;
      this.#hear(event);
    }
  }

  #hear({ object, opcode, words }: WaylandEvent): void {
    if (object === DISPLAY && opcode === 0) {
      this.#socket.close(`the compositor says: ${textAt(words, 8).replace(/[^ -~]/g, '')}`);
    } else if (object === REGISTRY && opcode === 0 && words.length >= 12) {
      const kind = textAt(words, 4);
      if (kind !== 'wl_seat' && kind !== IDLE_NOTIFIER) return;
      // A second seat belongs to somebody else.
      const global = { name: words.readUInt32LE(0), version: words.readUInt32LE(words.length - 4) };
      if (!this.#globals.has(kind)) this.#globals.set(kind, global);
    }
  }
}

function socketPathOf(environment: NodeJS.ProcessEnv): string {
  const display = environment.WAYLAND_DISPLAY ?? '';
  if (path.isAbsolute(display)) return display;
  const folder = environment.XDG_RUNTIME_DIR;
  if (display === '' || folder === undefined) throw new UnavailableError('no Wayland session');
  return path.join(folder, display);
}
