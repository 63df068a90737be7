import type { Logger } from 'pino';
import type { DBusValue } from './dbus/dbus-type.ts';
import { DBusSignal } from './dbus-signal.ts';

const SERVICE = 'com.feralinteractive.GameMode';
const PATH = '/com/feralinteractive/GameMode';
/** More games than this at once are no games. */
const PIDS_LIMIT = 1_024;

/**
 * Pids of the programs that Feral GameMode serves: games say so themselves, or the user did by `gamemoderun`.
 * `ListGames` answers `a(io)` of pid and object (gamemode's daemon/gamemode-dbus.c, since version 1.5).
 */
export function createGameMode(
  logger: Logger,
  environment: NodeJS.ProcessEnv,
): DBusSignal<readonly number[]> {
  return new DBusSignal<readonly number[]>(
    {
      name: 'dbus-game-mode',
      bus: 'session',
      call: { destination: SERVICE, path: PATH, interface: SERVICE, member: 'ListGames' },
      rules: [`type='signal',sender='${SERVICE}',path='${PATH}',interface='${SERVICE}'`],
      parse: parseGames,
      unknown: [],
    },
    logger,
    environment,
  );
}

/** Pids in an answer of `ListGames`, each once, in ascending order. */
export function parseGames([games]: readonly DBusValue[]): number[] {
  const pids = listOf(games).flatMap((game) => {
    const [pid] = listOf(game);
    return typeof pid === 'number' && Number.isInteger(pid) && pid > 0 ? [pid] : [];
  });
  return [...new Set(pids)].slice(0, PIDS_LIMIT).sort((one, other) => one - other);
}

function listOf(value: DBusValue | undefined): readonly DBusValue[] {
  return Array.isArray(value) ? value : [];
}
