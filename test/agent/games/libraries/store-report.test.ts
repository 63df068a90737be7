import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EpicStore } from '../../../../src/agent/games/libraries/epic-store.ts';
import { SteamStore } from '../../../../src/agent/games/libraries/steam-store.ts';
import { StoreReport } from '../../../../src/agent/games/libraries/store-report.ts';
import { fixtureMachine } from './fixture-machine.ts';

describe('what a reading gathers', () => {
  it('is bounded, in games and in lines', async () => {
    using fixture = fixtureMachine('linux');
    fixture.makeFolder('/opt/game');
    const report = new StoreReport('gog', fixture.machine);
    for (let id = 0; id < 10_010; id += 1) await report.add({ id: String(id), folder: '/opt/game' });
    for (let line = 0; line < 10_000; line += 1) report.ignore(`line ${line} ${'x'.repeat(10_000)}`);
    const { games, ignored } = report.reading();
    expect(report.full).toBe(true);
    expect(games).toHaveLength(10_000);
    expect(ignored).toHaveLength(201);
    expect(ignored.at(-1)).toBe('and 9810 more');
    expect(Math.max(...ignored.map((line) => line.length))).toBeLessThanOrEqual(500);
  });

  it('has titles for a screen: one line, never empty', async () => {
    using fixture = fixtureMachine('linux');
    fixture.makeFolder('/opt/game');
    const report = new StoreReport('gog', fixture.machine);
    await report.add({ id: 'a', title: ' Two\nlines\u0000\u202e ', folder: '/opt/game/' });
    await report.add({ id: 'b', title: '\n', folder: '/opt/game', sizeBytes: 2 ** 60 });
    await report.add({ id: 'c', title: 'x'.repeat(10_000), folder: '/opt/game' });
    await report.add({ id: 'd'.repeat(1_000), folder: '/opt/game' });
    const { games, ignored } = report.reading();
    expect(games.map(({ title }) => title.slice(0, 20))).toEqual(['Two lines', 'x'.repeat(20)]);
    expect(games[0]?.folder).toBe('/opt/game');
    expect(ignored).toHaveLength(2);
  });
});

describe('files of 200 megabytes', () => {
  it('are not read', async () => {
    using linux = fixtureMachine('linux');
    using windows = fixtureMachine('win32');
    const large = (fixture: typeof linux, path: string) => {
      fixture.write(path, '{');
      truncateSync(fixture.machine.files.locate(path), 200_000_000);
    };
    const steam = '/home/gamer/.local/share/Steam';
    for (const name of [
      'steamapps/libraryfolders.vdf',
      'steamapps/appmanifest_1.acf',
      'userdata/1/config/shortcuts.vdf',
    ]) {
      large(linux, join(steam, name));
    }
    large(windows, 'C:\\ProgramData\\Epic\\EpicGamesLauncher\\Data\\Manifests\\1.item');
    const before = process.memoryUsage().rss;
    const readings = [
      await new SteamStore(linux.machine).read(),
      await new EpicStore(windows.machine).read(),
    ];
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(readings.flatMap(({ games }) => games)).toEqual([]);
    expect(readings.flatMap(({ ignored }) => ignored)).toHaveLength(4);
  });
});
