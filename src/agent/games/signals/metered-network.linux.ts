import type { Logger } from 'pino';
import type { DBusValue } from './dbus/dbus-type.ts';
import { DBusSignal } from './dbus-signal.ts';

const SERVICE = 'org.freedesktop.NetworkManager';
const PATH = '/org/freedesktop/NetworkManager';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/**
 * Whether NetworkManager takes the connection in use for one that is billed by volume. Null without
 * NetworkManager: others have no such notion.
 */
export function createMeteredNetwork(
  logger: Logger,
  environment: NodeJS.ProcessEnv,
): DBusSignal<boolean | null> {
  return new DBusSignal<boolean | null>(
    {
      name: 'dbus-metered-network',
      bus: 'system',
      call: {
        destination: SERVICE,
        path: PATH,
        interface: PROPERTIES,
        member: 'Get',
        signature: 'ss',
        values: [SERVICE, 'Metered'],
      },
      rules: [
        `type='signal',sender='${SERVICE}',path='${PATH}',interface='${PROPERTIES}',member='PropertiesChanged'`,
      ],
      parse: parseMetered,
      unknown: null,
    },
    logger,
    environment,
  );
}

/** NMMetered: 0 unknown, 1 yes, 2 no, 3 guessed yes, 4 guessed no (NetworkManager's D-Bus reference). */
export function parseMetered([answer]: readonly DBusValue[]): boolean | null {
  const value = typeof answer === 'object' && 'value' in answer ? answer.value : undefined;
  if (value === 1 || value === 3) return true;
  return value === 2 || value === 4 ? false : null;
}
