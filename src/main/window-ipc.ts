import { GataError } from '../shared/gata-error.ts';
import { isTrustedSender, type SenderFrame } from './security.ts';

/** What the shell needs of Electron's ipcMain. */
export interface WindowIpc {
  handle(
    channel: string,
    listener: (event: { readonly senderFrame: SenderFrame | null }, ...args: unknown[]) => unknown,
  ): void;
  removeHandler(channel: string): void;
}

/** Answers the dashboard, and no other page, until disposed. */
export function answerDashboard(
  ipc: WindowIpc,
  channel: string,
  answer: (...args: unknown[]) => unknown,
): Disposable {
  ipc.handle(channel, ({ senderFrame }, ...args) => {
    if (isTrustedSender(senderFrame)) return answer(...args);
    throw new GataError('forbidden', 'Only the dashboard may ask the desktop app.');
  });
  return { [Symbol.dispose]: () => ipc.removeHandler(channel) };
}
