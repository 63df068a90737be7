import type { Logger } from 'pino';
import { ConstantSignal } from './constant-signal.ts';
import type { ForegroundWindow, Signal } from './signal.ts';

/** The window that the user looks at; null where that is not known. */
export async function openForegroundWindow(logger: Logger): Promise<Signal<ForegroundWindow | null>> {
  if (process.platform === 'win32') {
    const { createForegroundWindow } = await import('./foreground-window.win32.ts');
    return createForegroundWindow(logger);
  }
  if (process.platform === 'linux') {
    const { X11ForegroundWindow } = await import('./foreground-window.x11.linux.ts');
    return new X11ForegroundWindow(logger, process.env);
  }
  return new ConstantSignal('no-foreground-window', null);
}
