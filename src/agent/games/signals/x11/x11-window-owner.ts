import { hostname } from 'node:os';
import type { X11Connection } from './x11-connection.linux.ts';
import { numbersOf, textOf } from './x11-property.ts';
import { extensionRequest } from './x11-requests.ts';

const QUERY_VERSION = 0;
const QUERY_CLIENT_IDS = 4;
const LOCAL_CLIENT_PID = 2;
/** The largest pid that Linux gives (PID_MAX_LIMIT). */
const PID_LIMIT = 2 ** 22;

/** Finds the process that a window belongs to. */
export class X11WindowOwner {
  readonly #x11: X11Connection;
  readonly #resource: number | undefined;

  private constructor(x11: X11Connection, resource: number | undefined) {
    this.#x11 = x11;
    this.#resource = resource;
  }

  static async open(x11: X11Connection): Promise<X11WindowOwner> {
    const resource = await x11.extension('X-Resource');
    if (resource === undefined) return new X11WindowOwner(x11, undefined);
    // Version 1.2: one byte each.
    const version = await x11.request(extensionRequest(resource, QUERY_VERSION, 0x0201));
    const [major, minor] = [version.readUInt16LE(8), version.readUInt16LE(10)];
    return new X11WindowOwner(x11, major > 1 || minor >= 2 ? resource : undefined);
  }

  /**
   * The server's own knowledge of its client first: a window's property may be missing, and says another
   * number where the program runs in a pid namespace of its own.
   * @throws X11RequestError when the window is gone.
   */
  async pidOf(window: number): Promise<number | undefined> {
    return (await this.#connectedPid(window)) ?? (await this.#declaredPid(window));
  }

  async #connectedPid(window: number): Promise<number | undefined> {
    if (this.#resource === undefined) return undefined;
    const query = extensionRequest(this.#resource, QUERY_CLIENT_IDS, 1, window, LOCAL_CLIENT_PID);
    return parseClientPid(await this.#x11.request(query));
  }

  async #declaredPid(window: number): Promise<number | undefined> {
    const [pids, machine] = await Promise.all([
      numbersOf(this.#x11, window, '_NET_WM_PID'),
      textOf(this.#x11, window, 'WM_CLIENT_MACHINE'),
    ]);
    // The number is worth nothing when the program runs on another machine.
    return machine === '' || machine === hostname() ? validPid(pids[0]) : undefined;
  }
}

/** The pid in X-Resource's answer about one client: specification, length in bytes, values. */
export function parseClientPid(reply: Buffer): number | undefined {
  if (reply.readUInt32LE(8) === 0 || reply.length < 48 || reply.readUInt32LE(40) < 4) return undefined;
  return reply.readUInt32LE(36) === LOCAL_CLIENT_PID ? validPid(reply.readUInt32LE(44)) : undefined;
}

function validPid(pid: number | undefined): number | undefined {
  return pid !== undefined && pid > 0 && pid <= PID_LIMIT ? pid : undefined;
}
