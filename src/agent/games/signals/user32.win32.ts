import koffi, { type KoffiFunc } from 'koffi';
import type { ScreenRectangle } from './full-screen.win32.ts';

const MONITOR_DEFAULTTONEAREST = 2;
/** DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE (windef.h). */
const PER_MONITOR_AWARE = -3n;
/** sizeof(MONITORINFO): size, the monitor's rectangle, its work area, flags. */
const MONITOR_INFO_BYTES = 40;
/** sizeof(WINDOWINFO): size, the window's rectangle, its client area, style, and what is not needed here. */
const WINDOW_INFO_BYTES = 60;
const CLASS_NAME_CHARACTERS = 256;

/** The calls of user32 that tell of windows (winuser.h). Window handles are plain numbers to us; 0 is none. */
export class User32 {
  readonly #calls = loadUser32();
  readonly #pid = Buffer.alloc(4);
  readonly #windowInfo = Buffer.alloc(WINDOW_INFO_BYTES);
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

  /** What the program draws in, and GWL_STYLE; undefined when the window is gone. */
  shape(window: bigint): { client: ScreenRectangle; style: number } | undefined {
    const info = this.#windowInfo;
    info.writeUInt32LE(WINDOW_INFO_BYTES);
    const got = this.#inPixels(() => this.#calls.getWindowInfo(window, info));
    return got === 0 ? undefined : { client: rectangleAt(info, 20), style: info.readUInt32LE(36) };
  }

  /** The monitor that the window lies on, or most of it; undefined when there is none. */
  monitor(window: bigint): ScreenRectangle | undefined {
    const info = this.#monitorInfo;
    info.writeUInt32LE(MONITOR_INFO_BYTES);
    const got = this.#inPixels(() => {
      const monitor = BigInt(this.#calls.monitorFromWindow(window, MONITOR_DEFAULTTONEAREST));
      return this.#calls.getMonitorInfo(monitor, info);
    });
    return got === 0 ? undefined : rectangleAt(info, 4);
  }

  /** Otherwise Windows tells a program of the ordinary kind pixels of a screen that is not there. */
  #inPixels(call: () => number): number {
    const before = BigInt(this.#calls.setDpiAwareness(PER_MONITOR_AWARE));
    try {
      return call();
    } finally {
      if (before !== 0n) this.#calls.setDpiAwareness(before);
    }
  }
}

function rectangleAt(bytes: Buffer, offset: number): ScreenRectangle {
  return {
    left: bytes.readInt32LE(offset),
    top: bytes.readInt32LE(offset + 4),
    right: bytes.readInt32LE(offset + 8),
    bottom: bytes.readInt32LE(offset + 12),
  };
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
  const getWindowInfo: KoffiFunc<(window: bigint, info: Buffer) => number> = library.func(
    'int __stdcall GetWindowInfo(uintptr_t window, _Inout_ uint8_t *info)',
  );
  const monitorFromWindow: KoffiFunc<(window: bigint, flags: number) => Handle> = library.func(
    'uintptr_t __stdcall MonitorFromWindow(uintptr_t window, uint32_t flags)',
  );
  const getMonitorInfo: KoffiFunc<(monitor: bigint, info: Buffer) => number> = library.func(
    'int __stdcall GetMonitorInfoW(uintptr_t monitor, _Inout_ uint8_t *info)',
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
    getWindowInfo,
    monitorFromWindow,
    getMonitorInfo,
    setDpiAwareness,
  };
}
