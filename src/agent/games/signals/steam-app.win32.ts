import type { Logger } from 'pino';
import type { Registry } from '../libraries/registry.ts';
import { Win32Registry } from '../libraries/registry.win32.ts';
import { Toolhelp } from '../toolhelp.win32.ts';
import { PolledSignal } from './polled-signal.win32.ts';
import type { Signal } from './signal.ts';

/** RegNotifyChangeKeyValue would need a thread that waits; reading the value costs less than the turn it saves. */
const PERIOD_MS = 250;
const STEAM = 'Software\\Valve\\Steam';

/** The id of the app that Steam runs, 0 for none; null on a machine that never had Steam. */
export function createSteamApp(logger: Logger): Signal<number | null> {
  return new PolledSignal<number | null>({
    name: 'win32-steam-app',
    unknown: null,
    periodMs: PERIOD_MS,
    open: () => {
      const registry = new Win32Registry(process.env);
      const toolhelp = new Toolhelp();
      return () => runningApp(registry, (pid) => toolhelp.describe(pid)?.path);
    },
    logger,
  });
}

/**
 * What Steam wrote, unless it was ended before it could write that the game ended: then it says so for ever.
 * @param programOf The path of a process's program; undefined when there is no such process.
 */
export function runningApp(
  registry: Pick<Registry, 'value'>,
  programOf: (pid: number) => string | undefined,
): number | null {
  const app = numberOf(registry.value('HKEY_CURRENT_USER', STEAM, 'RunningAppID'));
  if (app === null || app === 0) return app;
  const pid = numberOf(registry.value('HKEY_CURRENT_USER', `${STEAM}\\ActiveProcess`, 'pid'));
  const program = pid === null || pid === 0 ? undefined : programOf(pid);
  return program !== undefined && /(?:^|[\\/])steam\.exe$/i.test(program) ? app : 0;
}

/** Undefined and what is no number: null. */
function numberOf(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : null;
}
