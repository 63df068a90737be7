import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SteamStore } from '../../../../src/agent/games/libraries/steam-store.ts';
import { fixtureMachine, fixtureRegistry } from './fixture-machine.ts';
import {
  appInfo,
  appManifest,
  binaryVdf,
  installedApp,
  libraryFolders,
  oldLibraryFolders,
} from './steam-files.ts';

const STEAM = '/home/gamer/.local/share/Steam';

/** A Linux machine with Steam, and a way to install apps there. */
function steamMachine(root = STEAM) {
  const fixture = fixtureMachine('linux');
  const { write, makeFolder, machine } = fixture;
  write(`${root}/steamapps/libraryfolders.vdf`, libraryFolders(root));
  const install = (appId: number, name: string, library = root) => {
    write(`${library}/steamapps/appmanifest_${appId}.acf`, installedApp(appId, name, name));
    makeFolder(`${library}/steamapps/common/${name}`);
  };
  return { ...fixture, install, store: new SteamStore(machine) };
}

describe('Steam on Linux', () => {
  it('tells the games of all libraries, with name, folder and size', async () => {
    using steam = steamMachine();
    steam.write(`${STEAM}/steamapps/libraryfolders.vdf`, libraryFolders(STEAM, '/mnt/big disk/SteamLibrary'));
    steam.install(620, 'Portal 2');
    steam.install(1145350, 'Hades II', '/mnt/big disk/SteamLibrary');
    expect(await steam.store.read()).toEqual({
      games: [
        {
          id: 'steam:620',
          store: 'steam',
          title: 'Portal 2',
          folder: `${STEAM}/steamapps/common/Portal 2`,
          sizeBytes: 1000,
        },
        {
          id: 'steam:1145350',
          store: 'steam',
          title: 'Hades II',
          folder: '/mnt/big disk/SteamLibrary/steamapps/common/Hades II',
          sizeBytes: 1000,
        },
      ],
      ignored: [],
      incomplete: false,
    });
    expect(await steam.store.watched()).toEqual(
      expect.arrayContaining(
        [`${STEAM}/steamapps`, '/mnt/big disk/SteamLibrary/steamapps'].map((path) => join(steam.root, path)),
      ),
    );
  });

  it('reads the list of libraries as it was before 2021', async () => {
    using steam = steamMachine();
    steam.write(`${STEAM}/steamapps/libraryfolders.vdf`, oldLibraryFolders('/mnt/games'));
    steam.install(1, 'One');
    steam.install(2, 'Two', '/mnt/games');
    expect(titles(await steam.store.read())).toEqual(['One', 'Two']);
  });

  it('knows one Steam by all the links that lead to it', async () => {
    using steam = steamMachine();
    steam.install(1, 'One');
    steam.makeFolder('/home/gamer/.steam');
    symlinkSync(join(steam.root, STEAM), join(steam.root, '/home/gamer/.steam/steam'));
    symlinkSync(join(steam.root, STEAM), join(steam.root, '/home/gamer/.steam/root'));
    expect(titles(await steam.store.read())).toEqual(['One']);
  });

  it('knows the Flatpak, whose programs show paths as they see them themselves', async () => {
    const inside = '/home/gamer/.var/app/com.valvesoftware.Steam/.local/share/Steam';
    using steam = steamMachine(inside);
    steam.write(`${inside}/steamapps/libraryfolders.vdf`, libraryFolders(STEAM, '/mnt/games'));
    steam.install(1, 'One', inside);
    steam.install(2, 'Two', '/mnt/games');
    expect((await steam.store.read()).games).toMatchObject([
      { folder: `${inside}/steamapps/common/One`, alsoAt: [`${STEAM}/steamapps/common/One`] },
      { folder: '/mnt/games/steamapps/common/Two' },
    ]);
  });

  it('knows the Snap', async () => {
    using steam = steamMachine('/home/gamer/snap/steam/common/.local/share/Steam');
    steam.install(1, 'One', '/home/gamer/snap/steam/common/.local/share/Steam');
    expect(titles(await steam.store.read())).toEqual(['One']);
  });

  it('leaves tools out by what they hold, where Steam does not tell types', async () => {
    using steam = steamMachine();
    steam.install(1, 'A Game');
    steam.install(2, 'Some Compatibility Layer');
    steam.write(`${STEAM}/steamapps/common/Some Compatibility Layer/toolmanifest.vdf`, '"manifest" {}');
    steam.install(3, 'Shared Things');
    steam.makeFolder(`${STEAM}/steamapps/common/Shared Things/_CommonRedist/vcredist`);
    steam.install(4, 'Proton 9.0');
    steam.install(5, 'Steam Linux Runtime 3.0 (sniper)');
    steam.install(6, 'Game With Redistributables');
    steam.write(`${STEAM}/steamapps/common/Game With Redistributables/game.exe`, '');
    steam.makeFolder(`${STEAM}/steamapps/common/Game With Redistributables/_CommonRedist`);
    const reading = await steam.store.read();
    expect(titles(reading)).toEqual(['A Game', 'Game With Redistributables']);
    expect(reading.ignored).toEqual([
      'Some Compatibility Layer: is a tool: it has a toolmanifest.vdf',
      'Shared Things: holds redistributables only',
      'Proton 9.0: is a tool by its name',
      'Steam Linux Runtime 3.0 (sniper): is a tool by its name',
    ]);
  });

  it.each([27, 28, 29] as const)(
    'heeds the types that Steam tells in version %i of its cache',
    async (version) => {
      using steam = steamMachine();
      const types = { 7: 'Config', 1: 'game', 2: 'Tool', 3: 'Application', 4: 'Demo', 5: 'SomethingNew' };
      for (const appId of [1, 2, 3, 4, 5, 6]) steam.install(appId, `App ${appId}`);
      steam.write(`${STEAM}/appcache/appinfo.vdf`, appInfo(version, types));
      const reading = await steam.store.read();
      expect(titles(reading)).toEqual(['App 1', 'App 4', 'App 5', 'App 6']);
      expect(reading.ignored).toContain("App 3: is of Steam's type “application”, not a game");
      // An app that turns up later is looked for when the file has changed.
      steam.install(8, 'App 8');
      steam.write(`${STEAM}/appcache/appinfo.vdf`, appInfo(version, { ...types, 8: 'tool' }));
      expect(titles(await steam.store.read())).toEqual(['App 1', 'App 4', 'App 5', 'App 6']);
    },
  );

  it.each([
    ['is of a version that nobody knows', Buffer.from([0x30, 0x44, 0x56, 0x07, 1, 0, 0, 0])],
    ['is cut off', appInfo(29, { 1: 'tool' }).subarray(0, 60)],
    [
      'points its table of keys anywhere',
      Buffer.concat([appInfo(29, {}).subarray(0, 8), Buffer.alloc(80, 0x7f)]),
    ],
    ['is empty', Buffer.alloc(0)],
  ])('keeps games when the cache of types %s', async (_what, content) => {
    using steam = steamMachine();
    steam.install(1, 'One');
    steam.write(`${STEAM}/appcache/appinfo.vdf`, content);
    const reading = await steam.store.read();
    expect(titles(reading)).toEqual(['One']);
    expect(reading.ignored).toEqual([expect.stringContaining('appinfo.vdf')]);
  });

  it('leaves out what is not installed, gone or told to lie elsewhere', async () => {
    using steam = steamMachine();
    const manifest = (appid: number, fields: Record<string, string>) =>
      steam.write(
        `${STEAM}/steamapps/appmanifest_${appid}.acf`,
        appManifest({
          appid: String(appid),
          name: `App ${appid}`,
          StateFlags: '4',
          installdir: 'x',
          ...fields,
        }),
      );
    steam.makeFolder(`${STEAM}/steamapps/common/x`);
    manifest(1, { StateFlags: '1026' });
    manifest(2, { installdir: 'gone' });
    manifest(3, { installdir: '../../../../..' });
    manifest(4, { installdir: '/etc' });
    manifest(5, { installdir: '' });
    // While an update is loaded the game can be played.
    manifest(6, { StateFlags: '1030', SizeOnDisk: 'much' });
    const reading = await steam.store.read();
    expect(reading.games).toMatchObject([{ id: 'steam:6', sizeBytes: null }]);
    expect(reading.ignored).toHaveLength(5);
    expect(reading.ignored).toContain('App 1: is not fully installed');
    expect(reading.ignored).toContain(`App 2: ${STEAM}/steamapps/common/gone is not there`);
  });

  it('skips what it cannot read and tells so', async () => {
    using steam = steamMachine();
    const file = (name: string) => `${STEAM}/steamapps/${name}`;
    steam.install(1, 'One');
    steam.write(file('appmanifest_2.acf'), '"AppState" { "appid" "2" "name" "Tw');
    steam.write(file('appmanifest_3.acf'), Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
    steam.makeFolder(file('appmanifest_4.acf'));
    symlinkSync('appmanifest_5.acf', join(steam.root, file('appmanifest_5.acf')));
    steam.write(file('appmanifest_6.acf'), Buffer.alloc(5_000_000, 0x20));
    steam.write(
      file('appmanifest_7.acf'),
      Buffer.from(installedApp(7, 'Seven', 'S?ven').replace('S?ven', 'S\xe9ven'), 'latin1'),
    );
    steam.write(file('libraryfolders.vdf'), '"libraryfolders" { "0" ');
    const reading = await steam.store.read();
    expect(titles(reading)).toEqual(['One']);
    expect(reading.incomplete).toBe(true);
    expect(reading.ignored.toSorted()).toEqual([
      expect.stringContaining('_2.acf: cut off inside a quoted text'),
      expect.stringContaining('_3.acf: cut off after a key'),
      expect.stringContaining('_4.acf is not a file.'),
      expect.stringContaining('_5.acf cannot be read (ELOOP).'),
      expect.stringContaining('_6.acf is longer than 4194304 bytes.'),
      expect.stringContaining('libraryfolders.vdf: cut off after a key'),
      'Seven: /home/gamer/.local/share/Steam/steamapps/common/S\ufffdven is not there',
    ]);
  });

  it('reads a file again only when it changed', async () => {
    using steam = steamMachine();
    steam.install(1, 'One');
    await steam.store.read();
    steam.write(`${STEAM}/steamapps/appmanifest_1.acf`, installedApp(1, 'One, renamed', 'One'));
    expect(titles(await steam.store.read())).toEqual(['One, renamed']);
    steam.remove(`${STEAM}/steamapps/appmanifest_1.acf`);
    expect(titles(await steam.store.read())).toEqual([]);
  });

  it('takes the folders of shortcuts, but not those of the system, of Steam or of everything', async () => {
    using steam = steamMachine();
    const programs = {
      'My Game': '"/opt/my game/run.sh"',
      Firefox: '/usr/bin/firefox',
      'In Home': '/home/gamer/game.sh',
      'At Root': '/game.sh',
      'Whole Steam': `${STEAM}/steam.sh`,
      Relative: 'game.sh',
      Gone: '/opt/gone/game.sh',
    };
    steam.makeFolder('/opt/my game');
    steam.makeFolder('/usr/bin');
    const shortcuts = Object.entries(programs).map(([AppName, Exe], index) => [
      index,
      { AppName, Exe, appid: 9 },
    ]);
    steam.write(
      `${STEAM}/userdata/123/config/shortcuts.vdf`,
      binaryVdf({ shortcuts: Object.fromEntries(shortcuts) }),
    );
    steam.write(`${STEAM}/userdata/456/config/shortcuts.vdf`, Buffer.from('\0shortcuts\0\x000\0\x01'));
    const reading = await steam.store.read();
    expect(reading.games).toEqual([
      { id: 'steam:shortcut-9', store: 'steam', title: 'My Game', folder: '/opt/my game', sizeBytes: null },
    ]);
    expect(reading.ignored).toHaveLength(7);
  });
});

describe('Steam on Windows', () => {
  it('is found by the registry, with libraries on other drives', async () => {
    const key = 'HKEY_CURRENT_USER\\Software\\Valve\\Steam';
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({ [key]: { SteamPath: 'e:/program files/steam' } }),
    });
    const steam = 'e:\\program files\\steam';
    fixture.write(`${steam}\\steamapps\\libraryfolders.vdf`, libraryFolders(steam, 'D:\\SteamLibrary'));
    fixture.write(
      'D:\\SteamLibrary\\steamapps\\appmanifest_620.acf',
      installedApp(620, 'Portal 2', 'Portal 2'),
    );
    fixture.makeFolder('D:\\SteamLibrary\\steamapps\\common\\Portal 2');
    const shortcuts = { shortcuts: { 0: { AppName: 'Mine', Exe: '"D:\\Games\\Mine\\mine.exe"', appid: 5 } } };
    fixture.write(`${steam}\\userdata\\1\\config\\shortcuts.vdf`, binaryVdf(shortcuts));
    fixture.makeFolder('D:\\Games\\Mine');
    const reading = await new SteamStore(fixture.machine).read();
    expect(reading).toMatchObject({
      games: [
        { id: 'steam:620', folder: 'D:\\SteamLibrary\\steamapps\\common\\Portal 2' },
        { id: 'steam:shortcut-5', folder: 'D:\\Games\\Mine' },
      ],
      ignored: [],
    });
  });

  it('is found where it is usually installed', async () => {
    using fixture = fixtureMachine('win32', { environment: { 'ProgramFiles(x86)': 'F:\\Programs' } });
    fixture.write('F:\\Programs\\Steam\\steamapps\\appmanifest_1.acf', installedApp(1, 'One', 'One'));
    fixture.makeFolder('F:\\Programs\\Steam\\steamapps\\common\\One');
    expect(titles(await new SteamStore(fixture.machine).read())).toEqual(['One']);
  });
});

describe('no Steam', () => {
  it('has no games, and tells where it would be', async () => {
    using fixture = fixtureMachine('linux');
    const store = new SteamStore(fixture.machine);
    expect(await store.read()).toEqual({ games: [], ignored: [], incomplete: false });
    expect(await store.watched()).toContain(join(fixture.root, STEAM));
    writeFileSync(join(fixture.root, 'home/gamer/.local'), 'a file where a folder is expected');
    expect((await store.read()).games).toEqual([]);
  });
});

function titles({ games }: { readonly games: readonly { readonly title: string }[] }): readonly string[] {
  return games.map(({ title }) => title);
}
