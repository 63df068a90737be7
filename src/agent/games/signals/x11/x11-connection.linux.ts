import { readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { MessageSocket } from '../message-socket.ts';
import { UnavailableError } from '../unavailable-error.ts';
import { findX11Cookie, type X11Cookie } from './x11-authority.ts';
import { parseX11Display, socketPathsOf, type X11Display } from './x11-display.ts';
import { internAtom, queryExtension } from './x11-requests.ts';
import { encodeSetup, rootOf, setupFraming } from './x11-setup.ts';

const ERROR = 0;
const REPLY = 1;
const GENERIC_EVENT = 35;
const SEND_EVENT_FLAG = 0x80;
/** A program may hold the server for itself for a while; longer than this is no answer. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Requests that may wait for their answers at once; sequence numbers have 16 bits. */
const WAITING_LIMIT = 10_000;

/** The X server's refusal of one request: often about a window that is gone. */
export class X11RequestError extends Error {
  override name = 'X11RequestError';
}

export interface X11Event {
  /** PropertyNotify 28, ConfigureNotify 22, DestroyNotify 17, … */
  readonly code: number;
  /** The 32 bytes of the event. */
  readonly bytes: Buffer;
}

interface Waiting {
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A client of the X server that speaks the protocol itself. Xlib would end the whole process on an error it
 * was not told to expect, such as a window that vanished; here an error is the answer to one request.
 */
export class X11Connection implements Disposable {
  readonly closed: Promise<string>;
  readonly root: number;
  readonly #socket: MessageSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #atoms = new Map<string, Promise<number>>();
  #onEvent: (event: X11Event) => void = () => undefined;
  #sequence = 0;
  #deadline: Disposable | undefined;

  private constructor(socket: MessageSocket, root: number) {
    this.#socket = socket;
    this.root = root;
    this.closed = socket.closed;
    void socket.closed.then((reason) => this.#rejectAll(new Error(reason)));
    socket.receive(messageFraming, (message) => this.#receive(message));
  }

  /**
   * Connects to the display that `DISPLAY` names.
   * @throws UnavailableError where there is none on this machine; Error when the server refuses or is not there.
   */
  static async open(environment: NodeJS.ProcessEnv): Promise<X11Connection> {
    const named = environment.DISPLAY;
    if (named === undefined || named === '') throw new UnavailableError('no X display (DISPLAY is not set)');
    const display = parseX11Display(named);
    if (display === undefined) throw new UnavailableError(`${named} is no X display of this machine`);
    const cookie = await readCookie(environment, display);
    const socket = await connectTo(display);
    try {
      using _deadline = socket.deadline(ANSWER_TIMEOUT_MS);
      socket.write(encodeSetup(cookie));
      const answer = await socket.next(setupFraming);
      return new X11Connection(socket, rootOf(answer, display.screen));
    } catch (error) {
      socket[Symbol.dispose]();
      throw error;
    }
  }

  onEvent(listener: (event: X11Event) => void): void {
    this.#onEvent = listener;
  }

  /** Sends a request that has no answer; an error that the server finds in it is not told. */
  send(request: Buffer): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#socket.write(request);
  }

  /**
   * Sends a request that has an answer of at least 32 bytes.
   * @throws X11RequestError when the server refuses it; Error when the connection is lost.
   */
  async request(request: Buffer): Promise<Buffer> {
    if (this.#waiting.size >= WAITING_LIMIT) throw new Error('the X server does not answer');
    this.send(request);
    const sequence = this.#sequence;
    this.#deadline ??= this.#socket.deadline(ANSWER_TIMEOUT_MS);
    return new Promise((resolve, reject) => this.#waiting.set(sequence, { resolve, reject }));
  }

  atom(name: string): Promise<number> {
    const known = this.#atoms.get(name);
    if (known !== undefined) return known;
    const atom = this.request(internAtom(name)).then((reply) => reply.readUInt32LE(8));
    this.#atoms.set(name, atom);
    return atom;
  }

  /** The code for requests of an extension; undefined when the server lacks it. */
  async extension(name: string): Promise<number | undefined> {
    const reply = await this.request(queryExtension(name));
    return reply.readUInt8(8) === 1 ? reply.readUInt8(9) : undefined;
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #receive(message: Buffer): void {
    const kind = message.readUInt8(0);
    if (kind !== ERROR && kind !== REPLY) {
      this.#onEvent({ code: kind & ~SEND_EVENT_FLAG, bytes: message });
      return;
    }
    const sequence = message.readUInt16LE(2);
    const waiting = this.#waiting.get(sequence);
    // Errors of requests that nobody waits for are about windows that are gone.
    if (waiting === undefined) return;
    this.#waiting.delete(sequence);
    if (this.#waiting.size === 0) this.#clearDeadline();
    if (kind === REPLY) waiting.resolve(message);
    else waiting.reject(new X11RequestError(`the X server answers with error ${message.readUInt8(1)}`));
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

/** Errors and events have 32 bytes; replies, and events of some extensions, say how many more they have. */
function messageFraming(bytes: Buffer): number | undefined {
  if (bytes.length < 32) return undefined;
  const kind = bytes.readUInt8(0) & ~SEND_EVENT_FLAG;
  return kind === REPLY || kind === GENERIC_EVENT ? 32 + 4 * bytes.readUInt32LE(4) : 32;
}

async function connectTo(display: X11Display): Promise<MessageSocket> {
  const failures: unknown[] = [];
  for (const place of socketPathsOf(display)) {
    try {
      return await MessageSocket.connect(place);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new Error(`nobody listens on X display :${display.number}`, { cause: new AggregateError(failures) });
}

/** Undefined when there is no authority file: a server may let this user in without. */
async function readCookie(
  environment: NodeJS.ProcessEnv,
  display: X11Display,
): Promise<X11Cookie | undefined> {
  const file = environment.XAUTHORITY ?? path.join(environment.HOME ?? homedir(), '.Xauthority');
  try {
    return findX11Cookie(await readFile(file), display.number, hostname());
  } catch {
    return undefined;
  }
}
