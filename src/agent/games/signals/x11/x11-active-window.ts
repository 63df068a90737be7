import type { ForegroundWindow } from '../signal.ts';
import { coversScreen } from './covers-screen.ts';
import { type X11Connection, type X11Event, X11RequestError } from './x11-connection.linux.ts';
import { X11Monitors, type X11Rectangle } from './x11-monitors.ts';
import { numbersOf } from './x11-property.ts';
import { EVENT_MASK, getGeometry, selectEvents, translateOrigin } from './x11-requests.ts';
import { X11WindowOwner } from './x11-window-owner.ts';

const ACTIVE_WINDOW = '_NET_ACTIVE_WINDOW';
const STATE = '_NET_WM_STATE';
const TYPE = '_NET_WM_WINDOW_TYPE';
const STATES = ['FULLSCREEN', 'HIDDEN', 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ'].map((name) => `${STATE}_${name}`);
const TYPES = ['DESKTOP', 'DOCK'].map((name) => `${TYPE}_${name}`);

const DESTROY_NOTIFY = 17;
const CONFIGURE_NOTIFY = 22;
const PROPERTY_NOTIFY = 28;
/** A program must not keep Gata busy by changing its window all the time. */
const QUIET_MS = 50;

/**
 * Follows the window that the window manager calls active (EWMH), by events alone.
 * Under Wayland these are the windows of X programs, which is what most games are.
 */
export class X11ActiveWindow implements Disposable {
  readonly #x11: X11Connection;
  readonly #onLook: (window: ForegroundWindow | null) => void;
  readonly #monitors: X11Monitors;
  readonly #owner: X11WindowOwner;
  readonly #names: ReadonlyMap<number, string>;
  readonly #watchedAtoms: ReadonlySet<number>;
  #window = 0;
  #looking = false;
  #changed = false;
  #quiet: NodeJS.Timeout | undefined;

  private constructor(
    x11: X11Connection,
    onLook: (window: ForegroundWindow | null) => void,
    parts: { monitors: X11Monitors; owner: X11WindowOwner; atoms: ReadonlyMap<string, number> },
  ) {
    this.#x11 = x11;
    this.#onLook = onLook;
    this.#monitors = parts.monitors;
    this.#owner = parts.owner;
    this.#names = new Map([...parts.atoms].map(([name, atom]) => [atom, name]));
    const watched = [ACTIVE_WINDOW, STATE, TYPE, '_NET_WM_PID'];
    this.#watchedAtoms = new Set(watched.flatMap((name) => parts.atoms.get(name) ?? []));
    x11.onEvent((event) => this.#hear(event));
    x11.send(selectEvents(x11.root, EVENT_MASK.propertyChange));
  }

  /** Looks once and then after each change. `onLook` is told the same window again when nothing changed. */
  static async open(
    x11: X11Connection,
    onLook: (window: ForegroundWindow | null) => void,
  ): Promise<X11ActiveWindow> {
    const names = [ACTIVE_WINDOW, STATE, TYPE, '_NET_WM_PID', ...STATES, ...TYPES];
    const [monitors, owner, atoms] = await Promise.all([
      X11Monitors.open(x11),
      X11WindowOwner.open(x11),
      Promise.all(names.map(async (name) => [name, await x11.atom(name)] as const)),
    ]);
    const window = new X11ActiveWindow(x11, onLook, { monitors, owner, atoms: new Map(atoms) });
    await window.#look();
    return window;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#x11.onEvent(() => undefined);
  }

  #hear({ code, bytes }: X11Event): void {
    const atom = code === PROPERTY_NOTIFY ? bytes.readUInt32LE(8) : undefined;
    const matters =
      atom === undefined
        ? code === CONFIGURE_NOTIFY || code === DESTROY_NOTIFY
        : this.#watchedAtoms.has(atom);
    if (!matters) return;
    this.#changed = true;
    if (!this.#looking && this.#quiet === undefined) void this.#look();
  }

  /** Never rejects: what cannot be answered is a window that is gone, or a connection whose end is told. */
  async #look(): Promise<void> {
    this.#looking = true;
    this.#changed = false;
    try {
      this.#onLook(await this.#read());
    } catch (error) {
      if (error instanceof X11RequestError) this.#onLook(null);
    }
    this.#looking = false;
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      if (this.#changed) void this.#look();
    }, QUIET_MS);
    this.#quiet.unref();
  }

  async #read(): Promise<ForegroundWindow | null> {
    const [window = 0] = await numbersOf(this.#x11, this.#x11.root, ACTIVE_WINDOW);
    this.#follow(window);
    if (window === 0) return null;
    const [pid, states, types, rectangle, monitors] = await Promise.all([
      this.#owner.pidOf(window),
      this.#namesIn(window, STATE),
      this.#namesIn(window, TYPE),
      this.#rectangleOf(window),
      this.#monitors.list(),
    ]);
    if (pid === undefined) return null;
    return { pid, isFullScreen: coversScreen({ states, types, rectangle }, monitors) };
  }

  #follow(window: number): void {
    const left = this.#window;
    this.#window = window;
    if (left !== window && left !== 0 && left !== this.#x11.root) this.#x11.send(selectEvents(left, 0));
    // At each look: a window that is gone may have left its number to a new one.
    const mask = EVENT_MASK.propertyChange | EVENT_MASK.structureNotify;
    if (window !== 0 && window !== this.#x11.root) this.#x11.send(selectEvents(window, mask));
  }

  async #namesIn(window: number, property: string): Promise<ReadonlySet<string>> {
    const atoms = await numbersOf(this.#x11, window, property);
    return new Set(atoms.flatMap((atom) => this.#names.get(atom) ?? []));
  }

  async #rectangleOf(window: number): Promise<X11Rectangle> {
    const [geometry, origin] = await Promise.all([
      this.#x11.request(getGeometry(window)),
      this.#x11.request(translateOrigin(window, this.#x11.root)),
    ]);
    return {
      x: origin.readInt16LE(12),
      y: origin.readInt16LE(14),
      width: geometry.readUInt16LE(16),
      height: geometry.readUInt16LE(18),
    };
  }
}
