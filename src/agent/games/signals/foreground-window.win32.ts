import type { Logger } from 'pino';
import { exclusiveScreenReader } from './exclusive-screen.win32.ts';
import { isFullScreen } from './full-screen.win32.ts';
import { PolledSignal } from './polled-signal.win32.ts';
import type { ForegroundWindow, Signal } from './signal.ts';
import { User32 } from './user32.win32.ts';

/**
 * A look costs some microseconds; being told (SetWinEventHook) needs a thread with a message pump, and tells
 * nothing of a window that becomes full screen. Timers of Windows are late by up to 16 ms.
 */
const PERIOD_MS = 75;
/** The shell is asked about exclusive screens only so often. */
const LOOKS_PER_SHELL_QUESTION = 14;

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

/** The window that has the keyboard; null while none has, as when the screen is locked. */
export function createForegroundWindow(logger: Logger): Signal<ForegroundWindow | null> {
  return new PolledSignal<ForegroundWindow | null>({
    name: 'win32-foreground-window',
    unknown: null,
    periodMs: PERIOD_MS,
    open: () => {
      const reader = new ForegroundReader();
      return () => reader.read();
    },
    logger,
  });
}

type WindowKind = 'program' | 'shell' | 'store-app';

class ForegroundReader {
  readonly #user32 = new User32();
  readonly #isScreenExclusive = exclusiveScreenReader();
  #window = 0n;
  #ownerPid = 0;
  #kind: WindowKind = 'program';
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

  #coversScreen(window: bigint): boolean {
    const shape = this.#user32.shape(window);
    if (shape !== undefined && isFullScreen(shape)) return true;
    if (this.#looks % LOOKS_PER_SHELL_QUESTION === 0) this.#isExclusive = this.#isScreenExclusive();
    this.#looks += 1;
    return this.#isExclusive;
  }
}
