import { describe, expect, it } from 'vitest';
import { parseHeroicInstalled } from '../../../../src/agent/games/libraries/heroic-files.ts';
import { HeroicStore } from '../../../../src/agent/games/libraries/heroic-store.ts';
import { fixtureMachine } from './fixture-machine.ts';

const FLATPAK = '/home/gamer/.var/app/com.heroicgameslauncher.hgl';

describe('Heroic', () => {
  it('tells the games of each store behind it', async () => {
    using fixture = fixtureMachine('linux');
    const root = '/home/gamer/.config/heroic';
    const games = '/home/gamer/Games/Heroic';
    for (const name of ['Fortune', 'Witcher 3', 'Amazing', 'Zoomed', 'Own/bin'])
      fixture.makeFolder(`${games}/${name}`);
    const write = (file: string, content: unknown) =>
      fixture.write(`${root}/${file}`, JSON.stringify(content));
    write('legendaryConfig/legendary/installed.json', {
      abc: {
        app_name: 'abc',
        title: 'Fortune',
        install_path: `${games}/Fortune`,
        install_size: 987_654_321,
        is_dlc: false,
        platform: 'Windows',
      },
      dlc: { app_name: 'dlc', title: 'More', install_path: `${games}/Fortune`, is_dlc: true },
      odd: { app_name: 5, install_path: [] },
    });
    write('gog_store/installed.json', {
      installed: [
        {
          platform: 'windows',
          executable: '',
          install_path: `${games}/Witcher 3`,
          install_size: '49.5 GiB',
          is_dlc: false,
          appName: '1207664663',
        },
        { install_path: `${games}/Gone`, install_size: 'unknown', is_dlc: false, appName: '2' },
      ],
    });
    write('store_cache/gog_library.json', {
      games: [{ app_name: '1207664663', title: 'The Witcher 3: Wild Hunt' }, { app_name: 5 }],
      __timestamp: { games: '' },
    });
    write('nile_config/nile/installed.json', [
      { id: 'amzn1.adg.product.1', version: 'x', path: `${games}/Amazing`, size: 1000 },
    ]);
    write('nile_config/nile/library.json', [
      { id: 'entitlement', product: { id: 'amzn1.adg.product.1', title: 'Amazing Game' } },
      { id: 'other', product: { id: 'amzn1.adg.product.2' } },
    ]);
    write('zoom_store/installed.json', {
      installed: [{ install_path: `${games}/Zoomed`, install_size: '1.5 GB', is_dlc: false, appName: 'z' }],
    });
    write('sideload_apps/library.json', {
      games: [
        {
          runner: 'sideload',
          app_name: 'own',
          title: 'My Own',
          install: { executable: `${games}/Own/bin/own`, platform: 'linux' },
          folder_name: `${games}/Own/bin`,
          is_installed: true,
        },
        { runner: 'sideload', app_name: 'web', title: 'In the browser', browserUrl: 'https://example.org' },
      ],
    });
    const reading = await new HeroicStore(fixture.machine).read();
    expect(reading.games).toEqual(
      [
        ['epic-abc', 'Fortune', 'Fortune', 987_654_321],
        ['gog-1207664663', 'The Witcher 3: Wild Hunt', 'Witcher 3', 49.5 * 1024 ** 3],
        ['amazon-amzn1.adg.product.1', 'Amazing Game', 'Amazing', 1000],
        ['zoom-z', 'Zoomed', 'Zoomed', 1_500_000_000],
        ['sideload-own', 'My Own', 'Own/bin', null],
      ].map(([id, title, folder, sizeBytes]) => ({
        id: `heroic:${id}`,
        store: 'heroic',
        title,
        folder: `${games}/${folder}`,
        sizeBytes,
      })),
    );
    expect(reading.ignored).toEqual([
      `${root}/legendaryConfig/legendary/installed.json: More: is an add-on of a game`,
      `${root}/legendaryConfig/legendary/installed.json: an entry is not as expected`,
      `Gone: ${games}/Gone is not there`,
    ]);
    expect(reading.incomplete).toBe(false);
  });

  it('is read where its Flatpak, its newer versions and legendary alone keep their files', async () => {
    using fixture = fixtureMachine('linux', { environment: { XDG_CONFIG_HOME: '/home/gamer/cfg/' } });
    const installed = (name: string) => {
      fixture.makeFolder(`/mnt/games/${name}`);
      return JSON.stringify({ x: { app_name: name, title: name, install_path: `/mnt/games/${name}` } });
    };
    const places = [
      '/home/gamer/cfg/heroic/legendaryConfig/legendary',
      `${FLATPAK}/config/heroic/legendaryConfig/legendary`,
      '/home/gamer/.local/share/heroic/legendaryConfig/legendary',
      '/home/gamer/.config/legendary',
    ];
    places.forEach((place, index) => {
      fixture.write(`${place}/installed.json`, installed(`game-${index}`));
    });
    fixture.makeFolder('/mnt/games/by title');
    fixture.write(
      `${FLATPAK}/data/heroic/gog_store/installed.json`,
      JSON.stringify({ installed: [{ appName: '7', install_path: '/mnt/games/by title' }] }),
    );
    fixture.write(
      `${FLATPAK}/cache/heroic/store_cache/gog_library.json`,
      JSON.stringify({ games: [{ app_name: '7', title: 'By Title' }] }),
    );
    const store = new HeroicStore(fixture.machine);
    const titles = (await store.read()).games.map(({ title }) => title);
    expect(titles.toSorted()).toEqual(['By Title', 'game-0', 'game-1', 'game-2', 'game-3']);
    const watched = await store.watched();
    for (const place of places) {
      expect(watched).toContain(fixture.machine.files.locate(`${place}/installed.json`));
    }
  });

  it('is read on Windows', async () => {
    using fixture = fixtureMachine('win32');
    fixture.makeFolder('D:\\Games\\A');
    fixture.write(
      'C:\\Users\\gamer\\AppData\\Roaming\\heroic\\gog_store\\installed.json',
      JSON.stringify({ installed: [{ appName: '7', install_path: 'D:/Games/A/' }] }),
    );
    expect((await new HeroicStore(fixture.machine).read()).games).toMatchObject([
      { id: 'heroic:gog-7', title: 'A', folder: 'D:\\Games\\A' },
    ]);
  });

  it.each([
    ['12.3 GiB', Math.round(12.3 * 1024 ** 3)],
    ['850 MB', 850_000_000],
    ['1,5 kB', 1500],
    ['12 bytes', 12],
    ['', null],
    ['GiB', null],
    ['1e9 GB', null],
    [`${'9'.repeat(50)} GB`, null],
  ])('reads the size %j', (install_size, sizeBytes) => {
    const entry = { appName: 'a', install_path: '/a', install_size };
    expect(parseHeroicInstalled(Buffer.from(JSON.stringify({ installed: [entry] }))).games).toEqual([
      { id: 'a', title: null, folder: '/a', sizeBytes },
    ]);
  });
});
