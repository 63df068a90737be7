import koffi, { type KoffiFunc } from 'koffi';
import type { ScreenRectangle, WindowShape } from './full-screen.win32.ts';

const GWL_STYLE = -16;
const MONITOR_DEFAULTTONEAREST = 2;
/** DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE (windef.h). */
const PER_MONITOR_AWARE = -3n;
/** sizeof(MONITORINFO): size, the monitor's rectangle, its work area, flags. */
const MONITOR_INFO_BYTES = 40;
const RECTANGLE_BYTES = 16;
const CLASS_NAME_CHARACTERS = 256;

/** The calls of user32 that tell of windows (winuser.h). Window handles are plain numbers to us; 0 is none. */
export class User32 {
  readonly #calls = loadUser32();
  readonly #pid = Buffer.alloc(4);
  readonly #rectangle = Buffer.alloc(RECTANGLE_BYTES);
  readonly #monitorInfo = Buffer.alloc(MONITOR_INFO_BYTES);
  readonly #className = Buffer.alloc(CLASS_NAME_CHARACTERS * 2);

  /** 0 while no window has the keyboard: between two windows, and while the screen is locked. */
  foregroundWindow(): bigint {
    return BigInt(this.#calls.getForegroundWindow());
  }

  isDesktop(window: bigint): boolean {
    return (
      window === BigInt(this.#calls.getShellWindow()) || window === BigInt(this.#calls.getDesktopWindow())
    );
  }

  /** Of the process that made the window; 0 when the window is gone. */
  pid(window: bigint): number {
    return this.#calls.getWindowThreadProcessId(window, this.#pid) === 0 ? 0 : this.#pid.readUInt32LE();
  }

  className(window: bigint): string {
    const length = this.#calls.getClassName(window, this.#className, CLASS_NAME_CHARACTERS);
    return this.#className.toString('utf16le', 0, length * 2);
  }

  /** The first child of that class; 0 when there is none. */
  child(window: bigint, className: string): bigint {
    return BigInt(this.#calls.findWindow(window, 0n, className, null));
  }

  /** Undefined when the window is gone. */
  shape(window: bigint): WindowShape | undefined {
    // Otherwise Windows tells a program of the ordinary kind pixels of a screen that is not there.
    const before = BigInt(this.#calls.setDpiAwareness(PER_MONITOR_AWARE));
    try {
      const client = this.#client(window);
      const monitor = this.#monitor(window);
      if (client === undefined || monitor === undefined) return undefined;
      return { client, monitor, style: this.#calls.getWindowLong(window, GWL_STYLE) };
    } finally {
      if (before !== 0n) this.#calls.setDpiAwareness(before);
    }
  }

  #client(window: bigint): ScreenRectangle | undefined {
    const rectangle = this.#rectangle;
    if (this.#calls.getClientRect(window, rectangle) === 0) return undefined;
    const width = rectangle.readInt32LE(8);
    const height = rectangle.readInt32LE(12);
    // It begins at 0, 0: as a POINT that is where it lies.
    if (this.#calls.clientToScreen(window, rectangle) === 0) return undefined;
    const left = rectangle.readInt32LE(0);
    const top = rectangle.readInt32LE(4);
    return { left, top, right: left + width, bottom: top + height };
  }

  #monitor(window: bigint): ScreenRectangle | undefined {
    const monitor = BigInt(this.#calls.monitorFromWindow(window, MONITOR_DEFAULTTONEAREST));
    const info = this.#monitorInfo;
    info.writeUInt32LE(MONITOR_INFO_BYTES);
    if (this.#calls.getMonitorInfo(monitor, info) === 0) return undefined;
    return {
      left: info.readInt32LE(4),
      top: info.readInt32LE(8),
      right: info.readInt32LE(12),
      bottom: info.readInt32LE(16),
    };
  }
}

type Handle = bigint | number;

function loadUser32() {
  const library = koffi.load('user32.dll');
  const getForegroundWindow: KoffiFunc<() => Handle> = library.func(
    'uintptr_t __stdcall GetForegroundWindow()',
  );
  const getShellWindow: KoffiFunc<() => Handle> = library.func('uintptr_t __stdcall GetShellWindow()');
  const getDesktopWindow: KoffiFunc<() => Handle> = library.func('uintptr_t __stdcall GetDesktopWindow()');
  const getWindowThreadProcessId: KoffiFunc<(window: bigint, pid: Buffer) => number> = library.func(
    'uint32_t __stdcall GetWindowThreadProcessId(uintptr_t window, _Out_ uint8_t *pid)',
  );
  const getClassName: KoffiFunc<(window: bigint, name: Buffer, characters: number) => number> = library.func(
    'int __stdcall GetClassNameW(uintptr_t window, _Out_ uint8_t *name, int characters)',
  );
  const findWindow: KoffiFunc<(parent: bigint, after: bigint, className: string, title: null) => Handle> =
    library.func(
      'uintptr_t __stdcall FindWindowExW(uintptr_t parent, uintptr_t after, str16 className, str16 title)',
    );
  const getClientRect: KoffiFunc<(window: bigint, rectangle: Buffer) => number> = library.func(
    'int __stdcall GetClientRect(uintptr_t window, _Out_ uint8_t *rectangle)',
  );
  const clientToScreen: KoffiFunc<(window: bigint, point: Buffer) => number> = library.func(
    'int __stdcall ClientToScreen(uintptr_t window, _Inout_ uint8_t *point)',
  );
  const monitorFromWindow: KoffiFunc<(window: bigint, flags: number) => Handle> = library.func(
    'uintptr_t __stdcall MonitorFromWindow(uintptr_t window, uint32_t flags)',
  );
  const getMonitorInfo: KoffiFunc<(monitor: bigint, info: Buffer) => number> = library.func(
    'int __stdcall GetMonitorInfoW(uintptr_t monitor, _Inout_ uint8_t *info)',
  );
  const getWindowLong: KoffiFunc<(window: bigint, index: number) => number> = library.func(
    'int32_t __stdcall GetWindowLongW(uintptr_t window, int index)',
  );
  const setDpiAwareness: KoffiFunc<(context: bigint) => Handle> = library.func(
    'intptr_t __stdcall SetThreadDpiAwarenessContext(intptr_t context)',
  );
  return {
    getForegroundWindow,
    getShellWindow,
    getDesktopWindow,
    getWindowThreadProcessId,
    getClassName,
    findWindow,
    getClientRect,
    clientToScreen,
    monitorFromWindow,
    getMonitorInfo,
    getWindowLong,
    setDpiAwareness,
  };
}
