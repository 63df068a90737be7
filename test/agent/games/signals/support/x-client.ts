import { MessageSocket } from '../../../../../src/agent/games/signals/message-socket.ts';
import { parseX11Display, socketPathsOf } from '../../../../../src/agent/games/signals/x11/x11-display.ts';
import { encodeSetup, rootOf, setupFraming } from '../../../../../src/agent/games/signals/x11/x11-setup.ts';

const ATOM = 4;
const CARDINAL = 6;
const STRING = 31;
const WINDOW = 33;

export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A program with windows, and at the same time the window manager, as far as properties go. */
export class XClient implements Disposable {
  readonly #socket: MessageSocket;
  readonly #root: number;
  readonly #firstId: number;
  readonly #atoms = new Map<string, number>();
  readonly #waiting: ((reply: Buffer) => void)[] = [];
  #windows = 0;

  private constructor(socket: MessageSocket, setup: Buffer) {
    this.#socket = socket;
    this.#root = rootOf(setup, 0);
    this.#firstId = setup.readUInt32LE(12);
    socket.receive(
      (bytes) => (bytes.length < 32 ? undefined : 32 + (bytes[0] === 1 ? 4 * bytes.readUInt32LE(4) : 0)),
      (message) => {
        if (message[0] === 1) this.#waiting.shift()?.(message);
      },
    );
  }

  static async connect(environment: NodeJS.ProcessEnv): Promise<XClient> {
    const display = parseX11Display(String(environment.DISPLAY));
    if (display === undefined) throw new Error('no display');
    const socket = await MessageSocket.connect(String(socketPathsOf(display)[0]));
    socket.write(encodeSetup(undefined));
    return new XClient(socket, await socket.next(setupFraming));
  }

  createWindow({ x, y, width, height }: WindowPlace): number {
    this.#windows += 1;
    const id = this.#firstId + this.#windows;
    const place = Buffer.alloc(8);
    place.writeInt16LE(x, 0);
    place.writeInt16LE(y, 2);
    place.writeUInt16LE(width, 4);
    place.writeUInt16LE(height, 6);
    // Depth and visual of the parent, no border, no attributes.
    this.#send(1, 0, words(id, this.#root), place, words(0, 0, 0));
    this.#send(8, 0, words(id));
    return id;
  }

  moveResize(window: number, { x, y, width, height }: WindowPlace): void {
    this.#send(12, 0, words(window, 0x0f, x, y, width, height));
  }

  destroyWindow(window: number): void {
    this.#send(4, 0, words(window));
  }

  /** What a window manager does when the user goes to a window; 0 for none. */
  async activate(window: number): Promise<void> {
    await this.setNumbers(this.#root, '_NET_ACTIVE_WINDOW', [window], WINDOW);
  }

  async setAtoms(window: number, property: string, names: readonly string[]): Promise<void> {
    await this.setNumbers(window, property, await Promise.all(names.map((name) => this.#atom(name))), ATOM);
  }

  async setNumbers(
    window: number,
    property: string,
    values: readonly number[],
    type = CARDINAL,
  ): Promise<void> {
    this.#changeProperty(window, await this.#atom(property), type, 32, words(...values), values.length);
  }

  async setText(window: number, property: string, bytes: Buffer): Promise<void> {
    this.#changeProperty(window, await this.#atom(property), STRING, 8, bytes, bytes.length);
  }

  /** Moves the mouse as if a hand had done it (XTEST). */
  async moveMouse(x: number, y: number): Promise<void> {
    const major = (await this.#request(98, 0, words(5), Buffer.from('XTEST\0\0\0'))).readUInt8(9);
    const event = Buffer.alloc(32);
    event.writeUInt8(6, 0);
    event.writeInt16LE(x, 20);
    event.writeInt16LE(y, 22);
    this.#send(major, 2, event);
    await this.sync();
  }

  /** Waits until the server has done everything so far. */
  async sync(): Promise<void> {
    await this.#request(43, 0);
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #changeProperty(
    window: number,
    property: number,
    type: number,
    format: number,
    data: Buffer,
    length: number,
  ): void {
    this.#send(18, 0, words(window, property, type, format, length), data);
  }

  async #atom(name: string): Promise<number> {
    const known = this.#atoms.get(name);
    if (known !== undefined) return known;
    const reply = await this.#request(16, 0, words(name.length), Buffer.from(name));
    const atom = reply.readUInt32LE(8);
    this.#atoms.set(name, atom);
    return atom;
  }

  #request(code: number, data: number, ...rest: readonly Buffer[]): Promise<Buffer> {
    this.#send(code, data, ...rest);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #send(code: number, data: number, ...rest: readonly Buffer[]): void {
    const body = Buffer.concat(rest);
    const bytes = Buffer.alloc(4 + 4 * Math.ceil(body.length / 4));
    bytes.writeUInt8(code, 0);
    bytes.writeUInt8(data, 1);
    bytes.writeUInt16LE(bytes.length / 4, 2);
    body.copy(bytes, 4);
    this.#socket.write(bytes);
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index);
  return bytes;
}
