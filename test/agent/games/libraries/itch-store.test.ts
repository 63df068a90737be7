import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ItchStore } from '../../../../src/agent/games/libraries/itch-store.ts';
import { type FixtureMachine, fixtureMachine } from './fixture-machine.ts';
import { sqliteFile } from './sqlite-file.ts';

/** As butler makes them (`hades`); its columns that do not matter are left out. */
const TABLES = `
CREATE TABLE games (id INTEGER, url TEXT, title TEXT, type TEXT, classification TEXT, PRIMARY KEY (id));
CREATE TABLE install_locations (id TEXT, path TEXT, PRIMARY KEY (id));
CREATE TABLE caves (id TEXT NOT NULL, game_id INTEGER, morphing BOOLEAN, installed_at DATETIME, verdict TEXT,
  installed_size INTEGER, install_location_id TEXT, install_folder_name TEXT, custom_install_folder TEXT,
  PRIMARY KEY (id));
`;

function receipt(id: number, title: string, classification?: string): Buffer {
  const content = {
    game: { id, title, classification },
    upload: { id: 1 },
    files: ['Game.exe'],
    installerName: 'archive',
  };
  return gzipSync(JSON.stringify(content));
}

function writeDatabase(fixture: FixtureMachine, path: string, rows: string) {
  return sqliteFile(fixture.machine.files.locate(path), TABLES + rows);
}

describe('itch', () => {
  it('tells the games of its database with their sizes, while itch has it open', async () => {
    using fixture = fixtureMachine('win32');
    const root = 'C:\\Users\\gamer\\AppData\\Roaming\\itch';
    for (const folder of [`${root}\\apps\\celeste`, 'D:\\itch\\book', 'E:\\Mine\\Own Place']) {
      fixture.makeFolder(folder);
    }
    const database = writeDatabase(
      fixture,
      `${root}\\db\\butler.db`,
      `PRAGMA journal_mode = wal;
       INSERT INTO games VALUES (11, '', 'Celeste Classic', 'default', 'game'), (12, '', 'A Book', 'default', 'book');
       INSERT INTO install_locations VALUES ('appdata', '${root}\\apps'), ('x', 'D:\\itch'), ('bad', 'relative');
       INSERT INTO caves VALUES
         ('c1', 11, 0, NULL, '{}', 123456, 'appdata', 'celeste', ''),
         ('c2', 12, 0, NULL, NULL, 5, 'x', 'book', NULL),
         ('c3', 99, 0, NULL, NULL, NULL, '', '', 'E:\\Mine\\Own Place'),
         ('c4', 11, 0, NULL, NULL, 0, 'x', 'gone', ''),
         ('c5', 11, 0, NULL, NULL, 0, 'bad', 'folder', '');`,
    );
    const store = new ItchStore(fixture.machine);
    expect(await store.read()).toEqual({
      games: [
        {
          id: 'itch:11',
          store: 'itch',
          title: 'Celeste Classic',
          folder: `${root}\\apps\\celeste`,
          sizeBytes: 123456,
        },
        { id: 'itch:99', store: 'itch', title: 'Own Place', folder: 'E:\\Mine\\Own Place', sizeBytes: null },
      ],
      ruledOut: [{ folder: 'D:\\itch\\book', why: 'A Book: itch calls it book, not a game' }],
      ignored: ['A Book: itch calls it book, not a game', 'Celeste Classic: D:\\itch\\gone is not there'],
      incomplete: false,
    });
    database.close();
    expect(await store.watched()).toEqual(
      [`${root}\\db\\butler.db`, `${root}\\db\\butler.db-wal`].map((path) =>
        fixture.machine.files.locate(path),
      ),
    );
  });

  it('knows games by their receipts where the database does not know them', async () => {
    using fixture = fixtureMachine('linux');
    const root = '/home/gamer/.var/app/io.itch.itch/config/itch';
    fixture.makeFolder('/mnt/itch/known');
    fixture.write('/mnt/itch/known/.itch/receipt.json.gz', receipt(1, 'By receipt'));
    fixture.write('/mnt/itch/other/.itch/receipt.json.gz', receipt(2, 'Other', 'game'));
    fixture.write('/mnt/itch/tool/.itch/receipt.json.gz', receipt(3, 'A Tool', 'tool'));
    fixture.write('/mnt/itch/broken/.itch/receipt.json.gz', 'no gzip');
    fixture.write('/mnt/itch/bomb/.itch/receipt.json.gz', gzipSync(Buffer.alloc(100_000_000)));
    fixture.makeFolder('/mnt/itch/no game');
    fixture.write(`${root}/apps/usual/.itch/receipt.json.gz`, receipt(4, ''));
    writeDatabase(
      fixture,
      `${root}/db/butler.db`,
      `INSERT INTO games VALUES (1, '', 'By database', 'default', '');
       INSERT INTO install_locations VALUES ('x', '/mnt/itch');
       INSERT INTO caves VALUES ('c1', 1, 0, NULL, NULL, 7, 'x', 'known', '');`,
    ).close();
    const reading = await new ItchStore(fixture.machine).read();
    expect(reading.games).toMatchObject([
      { id: 'itch:1', title: 'By database', folder: '/mnt/itch/known' },
      { id: 'itch:2', title: 'Other', folder: '/mnt/itch/other' },
      { id: 'itch:4', title: 'usual', folder: `${root}/apps/usual` },
    ]);
    expect(reading.ignored.toSorted()).toEqual([
      expect.stringContaining('/mnt/itch/bomb/'),
      expect.stringContaining('/mnt/itch/broken/'),
      'A Tool: itch calls it tool, not a game',
    ]);
  });

  it('keeps to the receipts when the database is damaged', async () => {
    using fixture = fixtureMachine('linux');
    const root = '/home/gamer/.config/itch';
    fixture.write(`${root}/db/butler.db`, 'SQLite format 3\0'.padEnd(5000, 'x'));
    fixture.write(`${root}/apps/game/.itch/receipt.json.gz`, receipt(4, 'Game'));
    const reading = await new ItchStore(fixture.machine).read();
    expect(reading.games).toMatchObject([{ id: 'itch:4', title: 'Game' }]);
    expect(reading).toMatchObject({ ignored: [expect.stringContaining('not a database')], incomplete: true });
  });
});
