import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GogStore } from '../../../../src/agent/games/libraries/gog-store.ts';
import { fixtureMachine, fixtureRegistry } from './fixture-machine.ts';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\GOG.com\\Games';

describe('GOG', () => {
  it('tells the games of the registry, but no add-ons and none without a folder', async () => {
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({
        [`${KEY}\\1207658924`]: { gameID: '1207658924', gameName: 'Unreal Tournament', path: 'D:\\GOG\\UT' },
        [`${KEY}\\1`]: { gameName: 'Add-on', path: 'D:\\GOG\\UT', dependsOn: '1207658924' },
        [`${KEY}\\2`]: { gameName: 'Gone', PATH: 'D:\\GOG\\Gone' },
        [`${KEY}\\3`]: { gameName: 'No folder' },
      }),
    });
    fixture.makeFolder('D:\\GOG\\UT');
    const store = new GogStore(fixture.machine);
    expect(await store.read()).toEqual({
      games: [
        {
          id: 'gog:1207658924',
          store: 'gog',
          title: 'Unreal Tournament',
          folder: 'D:\\GOG\\UT',
          sizeBytes: null,
        },
      ],
      ignored: [
        'Add-on: is an add-on of a game',
        'Gone: D:\\GOG\\Gone is not there',
        'No folder: the registry tells no folder',
      ],
      incomplete: false,
    });
    expect(store.changesUnseen).toBe(true);
  });

  it('knows games that tell of themselves, once', async () => {
    const folder = 'C:\\GOG Games\\The Witcher 3';
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({
        [`${KEY}\\7`]: { gameName: 'By registry', path: 'c:\\gog games\\known\\' },
      }),
    });
    const info = (gameId: string, rootGameId: string, name: string) =>
      JSON.stringify({ gameId, rootGameId, name, version: 1, playTasks: [] });
    fixture.write(`${folder}\\goggame-2.info`, info('2', '1495134320', 'Blood and Wine'));
    fixture.write(`${folder}\\goggame-1495134320.info`, info('1495134320', '1495134320', 'The Witcher 3'));
    fixture.write('C:\\GOG Games\\known\\goggame-7.info', info('7', '7', 'By file'));
    fixture.write('C:\\GOG Games\\broken\\goggame-8.info', '{"gameId": {}}');
    fixture.makeFolder('C:\\GOG Games\\no game');
    const reading = await new GogStore(fixture.machine).read();
    expect(reading.games).toMatchObject([
      // The fixture minds case where Windows does not.
      { id: 'gog:1495134320', title: 'The Witcher 3', folder },
    ]);
    expect(reading.ignored).toEqual([
      'By registry: c:\\gog games\\known is not there',
      expect.stringContaining('C:\\GOG Games\\broken: '),
    ]);
  });

  it('knows games of Linux installers', async () => {
    using fixture = fixtureMachine('linux');
    fixture.write('/home/gamer/GOG Games/Stardew Valley/gameinfo', 'Stardew Valley\n1.6.8\n12345\n');
    const store = new GogStore(fixture.machine);
    expect((await store.read()).games).toMatchObject([
      { id: 'gog:Stardew Valley', title: 'Stardew Valley', folder: '/home/gamer/GOG Games/Stardew Valley' },
    ]);
    expect(await store.watched()).toEqual([join(fixture.root, 'home/gamer/GOG Games')]);
  });
});
