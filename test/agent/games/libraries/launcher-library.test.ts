import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { GameLibrary } from '../../../../src/agent/games/libraries/game-library.ts';
import { HeroicStore } from '../../../../src/agent/games/libraries/heroic-store.ts';
import { ItchStore } from '../../../../src/agent/games/libraries/itch-store.ts';
import type { MachineFolders } from '../../../../src/agent/games/libraries/machine-folders.ts';
import type { StoreReader } from '../../../../src/agent/games/libraries/store-reader.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { fixtureMachine } from './fixture-machine.ts';
import { sqliteFile } from './sqlite-file.ts';

const WAIT = { timeout: 20_000, interval: 20 };

function openLibrary(machine: MachineFolders, store: StoreReader): GameLibrary {
  const times = { settleMs: 20, settleAtMostMs: 100 };
  return GameLibrary.open({
    machine,
    stores: [store],
    logger: pino({ level: 'silent' }),
    clock: systemClock,
    times,
  });
}

it('sees a game that Heroic installs', async () => {
  using fixture = fixtureMachine('linux');
  const file = '/home/gamer/.config/heroic/gog_store/installed.json';
  const install = (...names: string[]) => {
    for (const name of names) fixture.makeFolder(`/mnt/games/${name}`);
    const installed = names.map((name) => ({ appName: name, install_path: `/mnt/games/${name}` }));
    fixture.write(file, JSON.stringify({ installed }));
  };
  install('First');
  await using library = openLibrary(fixture.machine, new HeroicStore(fixture.machine));
  await library.start();
  install('First', 'Second');
  await vi.waitFor(() => {
    expect(library.gameOf('/mnt/games/Second/game.exe')?.title).toBe('Second');
  }, WAIT);
});

it('sees a game that itch installs while it is open, and reads no more than that', async () => {
  using fixture = fixtureMachine('linux');
  const root = '/home/gamer/.config/itch';
  for (const name of ['first', 'second']) fixture.makeFolder(`/mnt/games/${name}`);
  const database = sqliteFile(
    fixture.machine.files.locate(`${root}/db/butler.db`),
    `PRAGMA journal_mode = wal;
     CREATE TABLE caves (id TEXT, custom_install_folder TEXT);
     INSERT INTO caves VALUES ('1', '/mnt/games/first')`,
  );
  const store = new ItchStore(fixture.machine);
  const read = vi.spyOn(store, 'read');
  await using library = openLibrary(fixture.machine, store);
  await library.start();
  expect(library.games()).toHaveLength(1);
  database.exec("INSERT INTO caves VALUES ('2', '/mnt/games/second')");
  await vi.waitFor(() => expect(library.games()).toHaveLength(2), WAIT);
  // Reading touches the journal, which may be seen as a change once or twice, but not for ever.
  let readings = -1;
  await vi.waitFor(
    async () => {
      readings = read.mock.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(read.mock.calls.length).toBe(readings);
    },
    { ...WAIT, interval: 100 },
  );
  database.close();
});
