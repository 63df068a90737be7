import type { HelperArguments } from './helper-arguments.ts';
import type { HelperServer } from './helper-server.ts';

/** What differs between systems: how clients come in, and who tells the helper to end. */
export interface HelperHost {
  /** Runs `main` until it returns; its signal is aborted when the helper is to end. @returns Its exit code. */
  run(command: HelperArguments, main: (stop: AbortSignal) => Promise<number>): Promise<number>;
  /** Lets clients in until disposed. @throws Error when that is not possible. */
  listen(command: HelperArguments, server: HelperServer): Promise<AsyncDisposable>;
}

/** The host for this system, with all the native calls that it needs. */
export async function openHost(platform: NodeJS.Platform): Promise<HelperHost> {
  if (platform === 'win32') return new (await import('./helper-host.win32.ts')).Win32HelperHost();
  if (platform === 'linux') return new (await import('./helper-host.linux.ts')).LinuxHelperHost();
  throw new Error(`There is no GPU helper for ${platform}.`);
}
