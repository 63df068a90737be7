import { describe, expect, it } from 'vitest';
import { LutrisStore } from '../../../../src/agent/games/libraries/lutris-store.ts';
import { fixtureMachine } from './fixture-machine.ts';
import { sqliteFile } from './sqlite-file.ts';

/** `lutris/database/schema.py`, less columns that do not matter. */
const TABLE =
  'CREATE TABLE games (id INTEGER PRIMARY KEY, name TEXT, slug TEXT, platform TEXT, runner TEXT, executable TEXT, ' +
  'directory TEXT, installed INTEGER, configpath TEXT, service TEXT, service_id TEXT);';

const DATA = '/home/gamer/.local/share/lutris';

function row(fields: {
  id: number;
  name: string;
  runner?: string;
  directory?: string;
  installed?: number;
  config?: string;
  service?: string;
}): string {
  const { id, name, runner = 'wine', directory = '', installed = 1, config = '', service = '' } = fields;
  return (
    'INSERT INTO games (id, name, slug, runner, directory, installed, configpath, service) VALUES ' +
    `(${id}, '${name}', '${name.toLowerCase()}', '${runner}', '${directory}', ${installed}, '${config}', '${service}');`
  );
}

describe('Lutris', () => {
  it('tells installed games by their folder or their program', async () => {
    using fixture = fixtureMachine('linux');
    const games = '/home/gamer/Games';
    for (const folder of ['witcher', 'tux/bin', 'relative/sub', 'work', 'Portal']) {
      fixture.makeFolder(`${games}/${folder}`);
    }
    const config = (name: string, game: string) =>
      fixture.write(
        `/home/gamer/.config/lutris/games/${name}.yml`,
        `game:\n${game}\ngame_slug: x\nsystem:\n  exe: /wrong/exe\nwine: {}\n`,
      );
    config('tux-1', `  args: ''\n  exe: ${games}/tux/bin/tux`);
    fixture.write(`${DATA}/games/relative-2.yml`, 'game:\n  exe: sub/game.exe\n  prefix: /x\n');
    config('shared-3', `  exe: /usr/bin/game\n  working_dir: ${games}/work`);
    config('system-4', '  exe: /usr/bin/game');
    sqliteFile(
      fixture.machine.files.locate(`${DATA}/pga.db`),
      TABLE +
        row({ id: 1, name: 'Witcher', directory: `${games}/witcher` }) +
        row({ id: 2, name: 'Tux', runner: 'linux', config: 'tux-1' }) +
        row({ id: 3, name: 'Relative', directory: `${games}/relative`, config: 'relative-2' }) +
        row({ id: 4, name: 'Shared', directory: games, config: 'shared-3' }) +
        row({ id: 5, name: 'System', runner: 'linux', config: 'system-4' }) +
        row({ id: 6, name: 'Rom', runner: 'libretro' }) +
        row({ id: 7, name: 'Portal', runner: 'steam', directory: `${games}/Portal` }) +
        row({ id: 8, name: 'Removed', directory: `${games}/Portal`, installed: 0 }) +
        row({ id: 9, name: 'Escape', config: '../../../../etc/passwd' }),
    ).close();
    const reading = await new LutrisStore(fixture.machine).read();
    expect(reading).toEqual({
      games: [
        ['witcher-1', 'Witcher', 'witcher'],
        ['tux-2', 'Tux', 'tux/bin'],
        ['relative-3', 'Relative', 'relative'],
        ['shared-4', 'Shared', 'work'],
      ].map(([id, title, folder]) => ({
        id: `lutris:${id}`,
        store: 'lutris',
        title,
        folder: `${games}/${folder}`,
        sizeBytes: null,
      })),
      ignored: [
        'System: /usr/bin is the folder of more than a game',
        'Rom: Lutris tells no folder',
        "Portal: is Steam's game, which Steam tells of itself",
        'Escape: Lutris tells no folder',
      ],
      incomplete: false,
    });
  });

  it('is read in its Flatpak, with a table of an older version', async () => {
    using fixture = fixtureMachine('linux');
    const file = '/home/gamer/.var/app/net.lutris.Lutris/data/lutris/pga.db';
    fixture.makeFolder('/mnt/games/Old');
    sqliteFile(
      fixture.machine.files.locate(file),
      `CREATE TABLE games (id INTEGER PRIMARY KEY, name TEXT, slug TEXT, directory TEXT, installed INTEGER);
       INSERT INTO games VALUES (1, '', 'old', '/mnt/games/Old/', 1), (2, 'No folder', 'x', NULL, 1);`,
    ).close();
    const store = new LutrisStore(fixture.machine);
    expect((await store.read()).games).toMatchObject([
      { id: 'lutris:old-1', title: 'old', folder: '/mnt/games/Old' },
    ]);
    expect(await store.watched()).toContain(fixture.machine.files.locate(file));
  });

  it('tells of a damaged database, and is not looked for on Windows', async () => {
    using fixture = fixtureMachine('linux');
    fixture.write(`${DATA}/pga.db`, 'nothing');
    const reading = await new LutrisStore(fixture.machine).read();
    expect(reading).toMatchObject({
      games: [],
      incomplete: true,
      ignored: [expect.stringContaining('pga.db')],
    });
    using windows = fixtureMachine('win32');
    const store = new LutrisStore(windows.machine);
    expect([await store.watched(), (await store.read()).games]).toEqual([[], []]);
  });
});
