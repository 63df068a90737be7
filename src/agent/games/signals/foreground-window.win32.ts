import type { Logger } from 'pino';
import { ForegroundReader } from './foreground-reader.win32.ts';
import { PolledSignal } from './polled-signal.win32.ts';
import type { ForegroundWindow, Signal } from './signal.ts';

/**
 * A look costs some microseconds; being told (SetWinEventHook) needs a thread with a message pump, and tells
 * nothing of a window that becomes full screen. Timers of Windows are late by up to 16 ms.
 */
const PERIOD_MS = 75;
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
