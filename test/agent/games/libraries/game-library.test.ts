import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createGameLibrary } from '../../../../src/agent/games/libraries/create-game-library.ts';
import { GameLibrary } from '../../../../src/agent/games/libraries/game-library.ts';
import type { MachineFolders } from '../../../../src/agent/games/libraries/machine-folders.ts';
import { SteamStore } from '../../../../src/agent/games/libraries/steam-store.ts';
import type { StoreReader, StoreReading } from '../../../../src/agent/games/libraries/store-reader.ts';
import type { StoreTimes } from '../../../../src/agent/games/libraries/watched-store.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import type { GameStore } from '../../../../src/shared/installed-game.ts';
import { type FixtureMachine, fixtureMachine } from './fixture-machine.ts';
import { installedApp, libraryFolders } from './steam-files.ts';

const STEAM = '/home/gamer/.local/share/Steam';
const QUICK: Partial<StoreTimes> = { settleMs: 20, settleAtMostMs: 100, retryMs: 50 };
const WAIT = { timeout: 20_000, interval: 20 };

interface LibraryOptions {
  readonly times?: Partial<StoreTimes>;
  readonly log?: string[];
}

function openLibrary(machine: MachineFolders, stores: readonly StoreReader[], options: LibraryOptions = {}) {
  const logger = pino({ level: 'debug' }, { write: (line) => options.log?.push(line) });
  return GameLibrary.open({
    machine,
    stores,
    logger,
    clock: systemClock,
    times: { ...QUICK, ...options.times },
  });
}

function install(fixture: FixtureMachine, appId: number, name: string): void {
  fixture.makeFolder(`${STEAM}/steamapps/common/${name}`);
  fixture.write(`${STEAM}/steamapps/appmanifest_${appId}.acf`, installedApp(appId, name, name));
}

function steamMachine(): FixtureMachine {
  const fixture = fixtureMachine('linux');
  fixture.write(`${STEAM}/steamapps/libraryfolders.vdf`, libraryFolders(STEAM));
  install(fixture, 1, 'One');
  return fixture;
}

/** A store that tells what it is told to. */
function scriptedStore(
  store: GameStore,
  readings: () => Promise<StoreReading>,
  watched: string[] = [],
): StoreReader {
  return { store, watched: async () => watched, read: readings };
}

function game(store: GameStore, id: string, folder: string) {
  return { id: `${store}:${id}`, store, title: id, folder, sizeBytes: null };
}

const titles = (library: GameLibrary) => library.games().map(({ title }) => title);

describe('the library of games', () => {
  it('knows the games after its start, and which one a program belongs to', async () => {
    using fixture = steamMachine();
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    await library.start();
    expect(library.games()).toMatchObject([{ id: 'steam:1', title: 'One' }]);
    expect(library.gameOf(`${STEAM}/steamapps/common/One/bin/one`)?.id).toBe('steam:1');
    expect(library.gameOf(`${STEAM}/steamapps/common/Two/bin/two`)).toBeUndefined();
    expect(library.gameOf(`${STEAM}/ubuntu12_32/steam`)).toBeUndefined();
  });

  it('tells when games come and go', async () => {
    using fixture = steamMachine();
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    const onChange = vi.fn();
    library.on('change', onChange);
    await library.start();
    expect(onChange).toHaveBeenCalledTimes(1);
    install(fixture, 2, 'Two');
    await vi.waitFor(() => expect(titles(library)).toEqual(['One', 'Two']), WAIT);
    fixture.remove(`${STEAM}/steamapps/appmanifest_1.acf`);
    await vi.waitFor(() => expect(titles(library)).toEqual(['Two']), WAIT);
    expect(onChange.mock.calls.length).toBeGreaterThanOrEqual(3);
    // A library that did not exist at the start is watched too.
    fixture.write(`${STEAM}/steamapps/libraryfolders.vdf`, libraryFolders(STEAM, '/mnt/games'));
    fixture.makeFolder('/mnt/games/steamapps/common/Three');
    fixture.write('/mnt/games/steamapps/appmanifest_3.acf', installedApp(3, 'Three', 'Three'));
    await library.rescan();
    fixture.makeFolder('/mnt/games/steamapps/common/Four');
    fixture.write('/mnt/games/steamapps/appmanifest_4.acf', installedApp(4, 'Four', 'Four'));
    await vi.waitFor(() => expect(titles(library)).toEqual(['Four', 'Three', 'Two']), WAIT);
  });

  it('tells why a store says that what lies in a folder is no game', async () => {
    using fixture = steamMachine();
    install(fixture, 9, 'Proton 9.0');
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    await library.start();
    const program = `${STEAM}/steamapps/common/Proton 9.0/files/bin/wine`;
    expect(library.gameOf(program)).toBeUndefined();
    expect(library.ruledOutOf(program)).toBe('Proton 9.0: is a tool by its name');
    expect(library.ruledOutOf('/opt/other/program')).toBeUndefined();
  });

  it('says nothing when a look found nothing new', async () => {
    using fixture = steamMachine();
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    await library.start();
    const onChange = vi.fn();
    library.on('change', onChange);
    await library.rescan();
    expect(onChange).not.toHaveBeenCalled();
  });

  it('finds a store that is installed later, by looking again', async () => {
    using fixture = fixtureMachine('linux');
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)], {
      times: { lookAgainMs: 50 },
    });
    await library.start();
    expect(library.games()).toEqual([]);
    install(fixture, 1, 'One');
    await vi.waitFor(() => expect(titles(library)).toEqual(['One']), WAIT);
  });

  it('keeps a game while its manifest is being written, and lets it go with its folder', async () => {
    using fixture = steamMachine();
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    await library.start();
    fixture.write(`${STEAM}/steamapps/appmanifest_1.acf`, '"AppState" { "appid" "1" "na');
    await library.rescan();
    expect(titles(library)).toEqual(['One']);
    expect(library.gameOf(`${STEAM}/steamapps/common/One/one`)?.title).toBe('One');
    // Written to its end, it is read without any other sign.
    fixture.write(`${STEAM}/steamapps/appmanifest_1.acf`, installedApp(1, 'One, updated', 'One'));
    await vi.waitFor(() => expect(titles(library)).toEqual(['One, updated']), WAIT);
    fixture.write(`${STEAM}/steamapps/appmanifest_1.acf`, '');
    fixture.remove(`${STEAM}/steamapps/common/One`);
    await vi.waitFor(() => expect(titles(library)).toEqual([]), WAIT);
  });

  it('keeps the last good reading of a store that fails, and reads it again soon', async () => {
    using fixture = fixtureMachine('linux');
    fixture.makeFolder('/opt/game');
    const readings = [
      async () => ({ games: [game('gog', 'Game', '/opt/game')], ignored: ['a line', 'another'] }),
      async () => Promise.reject(new Error('of no kind that anybody thought of')),
      async () => ({ games: [], ignored: ['a line'] }),
    ];
    let count = 0;
    const store = scriptedStore('gog', async () => {
      const reading = readings[Math.min(count, readings.length - 1)] ?? readings[0];
      count += 1;
      return reading === undefined ? { games: [], ignored: [] } : reading();
    });
    const log: string[] = [];
    await using library = openLibrary(fixture.machine, [store], { log });
    await library.start();
    await library.rescan();
    expect(titles(library)).toEqual(['Game']);
    await vi.waitFor(() => expect(titles(library)).toEqual([]), WAIT);
    expect(log.filter((line) => line.includes('of no kind'))).toHaveLength(1);
    expect(log.filter((line) => line.includes('a line'))).toHaveLength(1);
  });

  it('does not wait for a store that hangs, and takes its answer when it comes', async () => {
    using fixture = steamMachine();
    fixture.makeFolder('/opt/slow');
    const late = Promise.withResolvers<StoreReading>();
    const slow = scriptedStore('gog', () => late.promise);
    await using library = openLibrary(fixture.machine, [slow, new SteamStore(fixture.machine)], {
      times: { readLimitMs: 300 },
    });
    await library.start();
    late.resolve({ games: [game('gog', 'Slow', '/opt/slow')], ignored: [] });
    await vi.waitFor(() => expect(titles(library)).toEqual(['One', 'Slow']), WAIT);
  });

  it('gives a folder that two stores name to the first, and keeps ids apart', async () => {
    using fixture = fixtureMachine('win32');
    for (const name of ['A', 'B', 'C']) fixture.makeFolder(`C:\\Games\\${name}`);
    const first = [game('epic', 'x', 'C:\\Games\\A'), game('epic', 'x', 'C:\\Games\\B')];
    const second = [game('gog', 'y', 'c:/games/a/'), game('gog', 'z', 'C:\\Games\\C')];
    await using library = openLibrary(fixture.machine, [
      scriptedStore('epic', async () => ({ games: first, ignored: [] })),
      scriptedStore('gog', async () => ({ games: second, ignored: [] })),
    ]);
    await library.start();
    expect(library.games().map(({ id, folder }) => [id, folder])).toEqual([
      ['epic:x', 'C:\\Games\\A'],
      [expect.stringMatching(/^epic:x~[0-9a-f]{8}$/), 'C:\\Games\\B'],
      ['gog:z', 'C:\\Games\\C'],
    ]);
    expect(library.gameOf('c:\\GAMES\\a/game.EXE')?.store).toBe('epic');
  });

  it('finds programs whose folder is reached through a link, and survives circles', async () => {
    using fixture = steamMachine();
    fixture.makeFolder('/mnt/disk/Linked');
    symlinkSync(join(fixture.root, 'mnt/disk/Linked'), join(fixture.root, STEAM, 'steamapps/common/Linked'));
    symlinkSync('Circle', join(fixture.root, STEAM, 'steamapps/common/Circle'));
    symlinkSync('..', join(fixture.root, STEAM, 'steamapps/common/One/up'));
    for (const [appId, name] of [
      [2, 'Linked'],
      [3, 'Circle'],
    ] as const) {
      fixture.write(`${STEAM}/steamapps/appmanifest_${appId}.acf`, installedApp(appId, name, name));
    }
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    await library.start();
    expect(titles(library)).toEqual(['Linked', 'One']);
    expect(library.gameOf('/mnt/disk/Linked/game')?.title).toBe('Linked');
    expect(library.gameOf(`${STEAM}/steamapps/common/Linked/game`)?.title).toBe('Linked');
    // What the library tells of a game is the contract's, nothing more.
    expect(Object.keys(library.games()[0] ?? {})).toEqual(['id', 'store', 'title', 'folder', 'sizeBytes']);
  });

  it.each(['/', '/home', '/home/gamer', '/usr/bin', '/mnt'])(
    'never takes %s for a game, whoever says so',
    async (folder) => {
      using fixture = fixtureMachine('linux');
      fixture.makeFolder(folder);
      const store = scriptedStore('gog', async () => ({
        games: [{ ...game('gog', 'All', '/opt/one'), alsoAt: [folder] }, game('gog', 'Other', folder)],
        ignored: [],
      }));
      await using library = openLibrary(fixture.machine, [store]);
      await library.start();
      expect(titles(library)).toEqual(['All']);
      expect(library.gameOf(`${folder}/program`.replace('//', '/'))).toBeUndefined();
    },
  );

  it('watches a folder that was replaced by another', async () => {
    using fixture = steamMachine();
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)], {
      times: { lookAgainMs: 200 },
    });
    await library.start();
    const steamapps = join(fixture.root, STEAM, 'steamapps');
    renameSync(steamapps, `${steamapps}-away`);
    await vi.waitFor(() => expect(titles(library)).toEqual([]), WAIT);
    install(fixture, 2, 'Two');
    await vi.waitFor(() => expect(titles(library)).toEqual(['Two']), WAIT);
    install(fixture, 3, 'Three');
    await vi.waitFor(() => expect(titles(library)).toEqual(['Three', 'Two']), WAIT);
  });

  it('reads no more after its end', async () => {
    using fixture = steamMachine();
    const read = vi.fn(async () => ({ games: [], ignored: [], incomplete: true }));
    const library = openLibrary(fixture.machine, [scriptedStore('gog', read, [join(fixture.root, STEAM)])]);
    await library.start();
    await library[Symbol.asyncDispose]();
    const { length } = read.mock.calls;
    fixture.write(`${STEAM}/new`, '');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read.mock.calls).toHaveLength(length);
  });

  it('takes a thousand games, and reads them again at once', async () => {
    using fixture = steamMachine();
    for (let appId = 2; appId <= 1_000; appId += 1) install(fixture, appId, `Game ${appId}`);
    await using library = openLibrary(fixture.machine, [new SteamStore(fixture.machine)]);
    const startedAt = performance.now();
    await library.start();
    const readAt = performance.now();
    await library.rescan();
    const rereadAt = performance.now();
    expect(library.games()).toHaveLength(1_000);
    console.log(
      `1,000 games: first look ${(readAt - startedAt).toFixed(0)} ms, again ${(rereadAt - readAt).toFixed(0)} ms`,
    );
  });
});

describe('the library of this machine', () => {
  it('has all stores, and the folders that the user names', async () => {
    using fixture = steamMachine();
    fixture.write('/home/gamer/GOG Games/Gog/gameinfo', 'Gog\n1.0\n');
    fixture.write('/data/Mine/mine.sh', '');
    const logger = pino({ level: 'silent' });
    await using library = await createGameLibrary({
      logger,
      clock: systemClock,
      userFolders: () => ['/data/Mine'],
      machine: fixture.machine,
    });
    await library.start();
    expect(library.games().map(({ store, title }) => [store, title])).toEqual([
      ['gog', 'Gog'],
      ['folder', 'Mine'],
      ['steam', 'One'],
    ]);
  });

  it('starts on the machine at hand', async () => {
    const logger = pino({ level: 'silent' });
    await using library = await createGameLibrary({ logger, clock: systemClock, userFolders: () => [] });
    await library.start();
    expect(Array.isArray(library.games())).toBe(true);
  });
});
