import type { X11Connection } from './x11-connection.linux.ts';
import { extensionRequest, getGeometry } from './x11-requests.ts';

/** A rectangle on the root window, in pixels. */
export interface X11Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const QUERY_VERSION = 0;
const GET_MONITORS = 42;
const MONITOR_BYTES = 24;

/** Reads where the monitors lie: RandR 1.5, or the root window as the only one. */
export class X11Monitors {
  readonly #x11: X11Connection;
  readonly #randr: number | undefined;

  private constructor(x11: X11Connection, randr: number | undefined) {
    this.#x11 = x11;
    this.#randr = randr;
  }

  static async open(x11: X11Connection): Promise<X11Monitors> {
    const randr = await x11.extension('RANDR');
    if (randr === undefined) return new X11Monitors(x11, undefined);
    const version = await x11.request(extensionRequest(randr, QUERY_VERSION, 1, 5));
    const hasMonitors = version.readUInt32LE(8) > 1 || version.readUInt32LE(12) >= 5;
    return new X11Monitors(x11, hasMonitors ? randr : undefined);
  }

  async list(): Promise<X11Rectangle[]> {
    const monitors = this.#randr === undefined ? [] : await this.#active(this.#randr);
    return monitors.length > 0 ? monitors : [await this.#root()];
  }

  async #active(randr: number): Promise<X11Rectangle[]> {
    const reply = await this.#x11.request(extensionRequest(randr, GET_MONITORS, this.#x11.root, 1));
    return parseMonitors(reply);
  }

  async #root(): Promise<X11Rectangle> {
    const reply = await this.#x11.request(getGeometry(this.#x11.root));
    return { x: 0, y: 0, width: reply.readUInt16LE(16), height: reply.readUInt16LE(18) };
  }
}

/** Monitors in RandR's answer; what lies behind the end of the answer is left out. */
export function parseMonitors(reply: Buffer): X11Rectangle[] {
  const monitors: X11Rectangle[] = [];
  const count = reply.readUInt32LE(12);
  for (let offset = 32; monitors.length < count && offset + MONITOR_BYTES <= reply.length; ) {
    monitors.push({
      x: reply.readInt16LE(offset + 8),
      y: reply.readInt16LE(offset + 10),
      width: reply.readUInt16LE(offset + 12),
      height: reply.readUInt16LE(offset + 14),
    });
    offset += MONITOR_BYTES + 4 * reply.readUInt16LE(offset + 6);
  }
  return monitors;
}
