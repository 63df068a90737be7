import path from 'node:path';

const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';

export type DBusName = 'session' | 'system';

/**
 * Sockets of a bus, as the environment names them or where they are by custom (D-Bus specification, Server
 * Addresses and Well-known Message Bus Instances). Only local sockets: what runs elsewhere is of no interest.
 */
export function socketPathsOfBus(bus: DBusName, environment: NodeJS.ProcessEnv): string[] {
  const runtimeFolder = environment.XDG_RUNTIME_DIR;
  if (bus === 'system') {
    return parseAddresses(environment.DBUS_SYSTEM_BUS_ADDRESS ?? SYSTEM_BUS, runtimeFolder);
  }
  return parseAddresses(environment.DBUS_SESSION_BUS_ADDRESS ?? 'unix:runtime=yes', runtimeFolder);
}

function parseAddresses(addresses: string, runtimeFolder: string | undefined): string[] {
  return addresses.split(';').flatMap((address) => {
    if (!address.startsWith('unix:')) return [];
    const pairs = address.slice('unix:'.length).split(',');
    const keys = new Map(pairs.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]));
    const file = keys.get('path');
    if (file !== undefined) return unescaped(file);
    const abstract = keys.get('abstract');
    if (abstract !== undefined) return unescaped(abstract).map((name) => `\0${name}`);
    const isInRuntimeFolder = keys.get('runtime') === 'yes' && runtimeFolder !== undefined;
    return isInRuntimeFolder ? [path.join(runtimeFolder, 'bus')] : [];
  });
}

/** Empty when the text is not escaped as URLs are. */
function unescaped(text: string): string[] {
  try {
    const name = decodeURIComponent(text);
    return name === '' || name.includes('\0') ? [] : [name];
  } catch {
    return [];
  }
}
