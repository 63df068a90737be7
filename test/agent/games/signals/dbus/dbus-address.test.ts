import { describe, expect, it } from 'vitest';
import { socketPathsOfBus } from '../../../../../src/agent/games/signals/dbus/dbus-address.ts';

describe('socketPathsOfBus', () => {
  it.each<[NodeJS.ProcessEnv, string[]]>([
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' }, ['/run/user/1000/bus']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/tmp/dbus-x,guid=00' }, ['\0/tmp/dbus-x']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'tcp:host=a;unix:guid=1,path=/a%20b' }, ['/a b']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'autolaunch:' }, []],
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=%ff;unix:path=;unix:path=%00;unix:' }, []],
    [{ XDG_RUNTIME_DIR: '/run/user/7' }, ['/run/user/7/bus']],
    [{}, []],
  ])('finds the session’s in %j', (environment, paths) => {
    expect(socketPathsOfBus('session', environment)).toEqual(paths);
  });

  it('knows where the system’s is', () => {
    expect(socketPathsOfBus('system', {})).toEqual(['/run/dbus/system_bus_socket']);
    expect(socketPathsOfBus('system', { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/x' })).toEqual(['/x']);
  });
});
