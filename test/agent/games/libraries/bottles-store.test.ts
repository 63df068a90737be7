import { describe, expect, it } from 'vitest';
import { BottlesStore } from '../../../../src/agent/games/libraries/bottles-store.ts';
import { fixtureMachine } from './fixture-machine.ts';

const ROOT = '/home/gamer/.var/app/com.usebottles.bottles/data/bottles';

interface Program {
  readonly name: string;
  readonly path: string;
  readonly removed?: boolean;
}

/** As Bottles dumps it, less most of its settings. */
function bottle(environment: string, programs: Readonly<Record<string, Program>>): string {
  const entries = Object.entries(programs).map(
    ([id, { name, path, removed = false }]) => `    ${id}:
        arguments: ''
        dxvk: true
        executable: ${path.split(/[\\/]/).at(-1)}
        folder: null
        id: ${id}
        name: ${name}
        path: ${path}
        removed: ${removed}
`,
  );
  return `Arch: win64
Custom_Path: false
Environment: ${environment}
External_Programs:${entries.length === 0 ? ' {}' : `\n${entries.join('').trimEnd()}`}
Installed_Dependencies:
- d3dx9
Name: My ${environment} bottle
Parameters:
    dxvk: true
Path: My-${environment}
`;
}

describe('Bottles', () => {
  it('tells programs of bottles for games, and of others those in the library', async () => {
    using fixture = fixtureMachine('linux');
    const gaming = `${ROOT}/bottles/Gaming`;
    const office = `${ROOT}/bottles/Office`;
    for (const folder of [
      `${gaming}/drive_c/Program Files (x86)/Old Game`,
      `${gaming}/drive_c/windows/system32`,
      '/mnt/games/Portable',
      `${office}/drive_c/Game`,
      `${office}/drive_c/Writer`,
    ]) {
      fixture.makeFolder(folder);
    }
    fixture.write(
      `${gaming}/bottle.yml`,
      bottle('Gaming', {
        'id-1': { name: 'Portable', path: '/mnt/games/Portable/game.exe' },
        'id-2': { name: 'Old Game', path: 'C:\\Program Files (x86)\\Old Game\\old.exe' },
        'id-3': { name: 'Hidden', path: '/mnt/games/Portable/hidden.exe', removed: true },
        'id-4': { name: 'Notepad', path: 'C:\\windows\\system32\\notepad.exe' },
        'id-5': { name: 'Elsewhere', path: 'D:\\game.exe' },
        'id-6': { name: 'Portal', path: '/run/user/1000/doc/59edc372/Portal.exe' },
        'id-7': { name: 'Outside', path: 'C:\\..\\..\\..\\x\\game.exe' },
        'id-8': { name: 'On Z', path: 'Z:\\mnt\\games\\Portable\\other.exe' },
      }),
    );
    fixture.write(
      `${office}/bottle.yml`,
      bottle('Application', {
        'id-a': { name: 'Writer', path: `${office}/drive_c/Writer/writer.exe` },
        'id-b': { name: 'A Game', path: `${office}/drive_c/Game/game.exe` },
      }),
    );
    fixture.makeFolder(`${ROOT}/bottles/no bottle`);
    fixture.write(
      `${ROOT}/library.yml`,
      'uuid-1:\n  bottle:\n    name: My Application bottle\n    path: Office\n  icon: x\n  id: id-b\n  name: A Game\n',
    );
    const store = new BottlesStore(fixture.machine);
    const reading = await store.read();
    expect(reading).toEqual({
      games: [
        ['id-1', 'Portable', '/mnt/games/Portable'],
        ['id-2', 'Old Game', `${gaming}/drive_c/Program Files (x86)/Old Game`],
        ['id-b', 'A Game', `${office}/drive_c/Game`],
      ].map(([id, title, folder]) => ({
        id: `bottles:${id}`,
        store: 'bottles',
        title,
        folder,
        sizeBytes: null,
      })),
      ignored: [
        "Notepad: lies in a folder of the bottle's Windows",
        'Elsewhere: D:\\game.exe is no path that is known here',
        'Portal: /run/user/1000/doc/59edc372 is not there',
        'Outside: C:\\..\\..\\..\\x\\game.exe is no path that is known here',
      ],
      incomplete: false,
    });
    const locate = (path: string) => fixture.machine.files.locate(path);
    expect(await store.watched()).toEqual(
      expect.arrayContaining([
        locate(`${ROOT}/library.yml`),
        locate(`${ROOT}/bottles`),
        locate(`${gaming}/bottle.yml`),
      ]),
    );
  });

  it('finds bottles that were moved', async () => {
    using fixture = fixtureMachine('linux');
    const usual = '/home/gamer/.local/share/bottles';
    fixture.write(`${usual}/data.yml`, 'custom_bottles_path: /mnt/bottles\nother: 1\n');
    fixture.write('/mnt/bottles/Elsewhere/placeholder.yml', 'Path: /mnt/ssd/Bottle\n');
    for (const [id, folder] of [
      ['a', '/mnt/ssd/Bottle'],
      ['b', '/mnt/bottles/Second'],
      ['c', `${usual}/bottles/Third`],
    ] as const) {
      fixture.makeFolder(`${folder}/drive_c/Game`);
      fixture.write(
        `${folder}/bottle.yml`,
        bottle('Gaming', { [id]: { name: id, path: 'C:\\Game\\game.exe' } }),
      );
    }
    const { games } = await new BottlesStore(fixture.machine).read();
    expect(games.map(({ folder }) => folder)).toEqual([
      '/mnt/ssd/Bottle/drive_c/Game',
      '/mnt/bottles/Second/drive_c/Game',
      `${usual}/bottles/Third/drive_c/Game`,
    ]);
  });

  it('is not looked for on Windows', async () => {
    using fixture = fixtureMachine('win32');
    const store = new BottlesStore(fixture.machine);
    expect([await store.watched(), (await store.read()).games]).toEqual([[], []]);
  });
});
