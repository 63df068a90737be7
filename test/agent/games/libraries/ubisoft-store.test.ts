import { describe, expect, it } from 'vitest';
import { UbisoftStore } from '../../../../src/agent/games/libraries/ubisoft-store.ts';
import { fixtureMachine, fixtureRegistry } from './fixture-machine.ts';

const INSTALLS = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Ubisoft\\Launcher\\Installs';
const UNINSTALL = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

describe('Ubisoft', () => {
  it('tells the games of the registry by their names', async () => {
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({
        [`${INSTALLS}\\5595`]: { Language: 'en-US', InstallDir: 'D:/Ubisoft/games/Trackmania/' },
        [`${UNINSTALL}\\Uplay Install 5595`]: { DisplayName: 'Trackmania®' },
        [`${INSTALLS}\\720`]: { InstallDir: 'D:/Ubisoft/games/Far Cry 6/' },
        [`${INSTALLS}\\1`]: { InstallDir: 'D:/Ubisoft/games/Gone/' },
        [`${INSTALLS}\\2`]: { Language: 'en-US' },
        [`${INSTALLS}\\3`]: { InstallDir: 'C:/' },
      }),
    });
    for (const name of ['Trackmania', 'Far Cry 6']) fixture.makeFolder(`D:\\Ubisoft\\games\\${name}`);
    const store = new UbisoftStore(fixture.machine);
    expect(await store.read()).toEqual({
      games: [
        {
          id: 'ubisoft:5595',
          store: 'ubisoft',
          title: 'Trackmania®',
          folder: 'D:\\Ubisoft\\games\\Trackmania',
          sizeBytes: null,
        },
        {
          id: 'ubisoft:720',
          store: 'ubisoft',
          title: 'Far Cry 6',
          folder: 'D:\\Ubisoft\\games\\Far Cry 6',
          sizeBytes: null,
        },
      ],
      ignored: [
        'Gone: D:\\Ubisoft\\games\\Gone is not there',
        '2: the registry tells no folder',
        expect.stringContaining('C:\\ is the folder of more than a game'),
      ],
      incomplete: false,
    });
    expect([store.changesUnseen, await store.watched()]).toEqual([true, []]);
  });

  it('is not looked for on Linux', async () => {
    using fixture = fixtureMachine('linux');
    const store = new UbisoftStore(fixture.machine);
    expect([store.changesUnseen, (await store.read()).games]).toEqual([false, []]);
  });
});
