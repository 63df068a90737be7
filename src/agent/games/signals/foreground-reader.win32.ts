import { isDeepStrictEqual } from 'node:util';
import { exclusiveScreenReader } from './exclusive-screen.win32.ts';
import { isFullScreen } from './full-screen.win32.ts';
import type { ForegroundWindow } from './signal.ts';
import { User32 } from './user32.win32.ts';

const LOOKS_PER_THOROUGH_ONE = 14;

/** Their windows cover the screen, behind or above all others. */
const SHELL_CLASSES: ReadonlySet<string> = new Set([
  'Progman',
  'WorkerW',
  'Shell_TrayWnd',
  'XamlExplorerHostIslandWindow',
  'MultitaskingViewFrame',
  'ForegroundStaging',
]);
/** Windows' own frame around the window of a store app, which is its child and tells the app's process. */
const STORE_APP_FRAME = 'ApplicationFrameWindow';
const STORE_APP_WINDOW = 'Windows.UI.Core.CoreWindow';

type WindowKind = 'program' | 'shell' | 'store-app';

/** Looks which window has the keyboard, and what it covers. */
export class ForegroundReader {
  readonly #user32 = new User32();
  readonly #isScreenExclusive = exclusiveScreenReader();
  #window = 0n;
  #ownerPid = 0;
  #kind: WindowKind = 'program';
  #shape: unknown;
  #covers = false;
  #isExclusive = false;
  #looks = 0;

  read(): ForegroundWindow | null {
    const window = this.#user32.foregroundWindow();
    const ownerPid = window === 0n ? 0 : this.#user32.pid(window);
    if (ownerPid === 0) return null;
    if (window !== this.#window || ownerPid !== this.#ownerPid) {
      this.#window = window;
      this.#ownerPid = ownerPid;
      this.#kind = this.#kindOf(window);
      this.#looks = 0;
    }
    const pid = this.#kind === 'store-app' ? this.#storeAppPid(window, ownerPid) : ownerPid;
    return { pid, isFullScreen: this.#kind !== 'shell' && this.#coversScreen(window) };
  }

  #kindOf(window: bigint): WindowKind {
    const className = this.#user32.className(window);
    if (SHELL_CLASSES.has(className) || this.#user32.isDesktop(window)) return 'shell';
    return className === STORE_APP_FRAME ? 'store-app' : 'program';
  }

  /** The frame comes first: its child may be there only at a later look. */
  #storeAppPid(frame: bigint, framePid: number): number {
    const child = this.#user32.child(frame, STORE_APP_WINDOW);
    return child === 0n ? framePid : this.#user32.pid(child) || framePid;
  }

  /** Once a second everything is looked at; in between only whether the window moved. */
  #coversScreen(window: bigint): boolean {
    const shape = this.#user32.shape(window);
    if (shape === undefined) return false;
    const isThorough = this.#looks % LOOKS_PER_THOROUGH_ONE === 0;
    this.#looks += 1;
    if (isThorough || !isDeepStrictEqual(shape, this.#shape)) {
      const monitor = this.#user32.monitor(window);
      this.#shape = shape;
      this.#covers = monitor !== undefined && isFullScreen({ ...shape, monitor });
    }
    if (isThorough) this.#isExclusive = this.#isScreenExclusive();
    return this.#covers || this.#isExclusive;
  }
}
