import { describe, expect, it } from 'vitest';
import { EpicStore } from '../../../../src/agent/games/libraries/epic-store.ts';
import { fixtureMachine, fixtureRegistry } from './fixture-machine.ts';

const MANIFESTS = 'C:\\ProgramData\\Epic\\EpicGamesLauncher\\Data\\Manifests';

/** An item as the launcher writes it, less the fields that do not matter. */
function item(fields: object): string {
  return JSON.stringify({
    FormatVersion: 0,
    bIsIncompleteInstall: false,
    LaunchExecutable: 'Game.exe',
    InstallSize: 5_000_000_000,
    AppCategories: ['public', 'games', 'applications'],
    ...fields,
  });
}

describe('Epic', () => {
  it('tells installed games, but no add-ons, engines or half installed ones', async () => {
    using fixture = fixtureMachine('win32');
    for (const name of ['Game', 'Engine', 'Old']) fixture.makeFolder(`D:\\Epic Games\\${name}`);
    const folder = 'D:\\Epic Games\\Game';
    const write = (name: string, fields: object) => fixture.write(`${MANIFESTS}\\${name}.item`, item(fields));
    write('1', {
      AppName: 'abc',
      MainGameAppName: 'abc',
      DisplayName: 'A Game',
      InstallLocation: `${folder}\\`,
    });
    write('2', { AppName: 'dlc', MainGameAppName: 'abc', DisplayName: 'Add-on', InstallLocation: folder });
    write('3', {
      AppName: 'UE_5.6',
      DisplayName: 'Unreal Engine',
      AppCategories: ['public', 'engines'],
      InstallLocation: 'D:\\Epic Games\\Engine',
    });
    write('4', { AppName: 'x', DisplayName: 'Half', bIsIncompleteInstall: true, InstallLocation: folder });
    // Old launchers wrote fewer fields.
    fixture.write(
      `${MANIFESTS}\\5.item`,
      `\ufeff${JSON.stringify({ AppName: 'old', InstallLocation: 'D:/Epic Games/Old' })}`,
    );
    const reading = await new EpicStore(fixture.machine).read();
    expect(reading).toEqual({
      games: [
        { id: 'epic:abc', store: 'epic', title: 'A Game', folder, sizeBytes: 5_000_000_000 },
        { id: 'epic:old', store: 'epic', title: 'Old', folder: 'D:\\Epic Games\\Old', sizeBytes: null },
      ],
      ruledOut: [{ folder: 'D:\\Epic Games\\Engine', why: 'Unreal Engine: is of no category of games' }],
      ignored: [
        'Add-on: is an add-on of a game',
        'Unreal Engine: is of no category of games',
        'Half: is not fully installed',
      ],
      incomplete: false,
    });
  });

  it('reads the launcher’s data where it was moved to', async () => {
    const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Epic Games\\EpicGamesLauncher';
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({ [key]: { AppDataPath: 'E:\\Data\\' } }),
    });
    fixture.makeFolder('E:\\Games\\Game');
    fixture.write('E:\\Data\\Manifests\\1.item', item({ AppName: 'a', InstallLocation: 'E:\\Games\\Game' }));
    expect((await new EpicStore(fixture.machine).read()).games).toMatchObject([
      { id: 'epic:a', title: 'Game' },
    ]);
  });

  it('skips what is malformed, and refuses folders that are no game’s', async () => {
    using fixture = fixtureMachine('win32');
    fixture.makeFolder('C:\\Windows\\System32');
    fixture.makeFolder('C:\\Program Files');
    const malformed = ['', '{', '[]', 'null', '"text"', '{"AppName": 5}', '[[[['.repeat(100_000)];
    malformed.forEach((content, index) => {
      fixture.write(`${MANIFESTS}\\bad-${index}.item`, content);
    });
    const folders = [
      'C:\\',
      'c:\\users\\GAMER',
      'C:\\Users',
      'C:\\Program Files',
      'C:\\windows\\system32',
      'Games\\Game',
      'C:\\Games\\..',
      '/etc',
      `C:\\${'x'.repeat(5000)}`,
    ];
    folders.forEach((InstallLocation, index) => {
      const content = item({ AppName: `a${index}`, DisplayName: `Folder ${index}`, InstallLocation });
      fixture.write(`${MANIFESTS}\\folder-${index}.item`, content);
    });
    const reading = await new EpicStore(fixture.machine).read();
    expect(reading.games).toEqual([]);
    expect(reading.ignored).toHaveLength(malformed.length + folders.length);
    expect(reading.incomplete).toBe(true);
  });

  it('is not looked for on Linux', async () => {
    using fixture = fixtureMachine('linux');
    const store = new EpicStore(fixture.machine);
    expect([await store.watched(), (await store.read()).games]).toEqual([[], []]);
  });
});
