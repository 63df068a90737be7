import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderStore } from '../../../../src/agent/games/libraries/folder-store.ts';
import { fixtureMachine } from './fixture-machine.ts';

describe('folders of the user', () => {
  it('are a game each when they hold programs, and otherwise folders of games', async () => {
    using fixture = fixtureMachine('linux');
    fixture.write('/data/Doom/doom.x86_64', '');
    fixture.makeFolder('/data/Doom/base');
    fixture.write('/data/Native/quake', '');
    chmodSync(join(fixture.root, 'data/Native/quake'), 0o755);
    fixture.write('/home/gamer/Games/readme', '');
    fixture.write('/home/gamer/Games/One/one.sh', '');
    fixture.makeFolder('/home/gamer/Games/Two');
    fixture.makeFolder('/home/gamer/Games/.hidden');
    const folders = ['/data/Doom/', '/data/Native', '/home/gamer/Games', '/data/gone', 'relative'];
    const store = new FolderStore(fixture.machine, () => folders);
    const reading = await store.read();
    expect(reading.games.map(({ title, folder }) => [title, folder])).toEqual([
      ['Doom', '/data/Doom'],
      ['Native', '/data/Native'],
      ['One', '/home/gamer/Games/One'],
      ['Two', '/home/gamer/Games/Two'],
    ]);
    expect(reading.ignored).toEqual(['relative: is not an absolute path', '/data/gone: is not there']);
    expect(reading.refused).toEqual([
      { folder: 'relative', why: 'It is not an absolute path.' },
      { folder: '/data/gone', why: 'It is not there.' },
    ]);
    expect(await store.watched()).toContain(join(fixture.root, 'home/gamer/Games'));
  });

  it('are no games when they are home, the system, or hold everything', async () => {
    using fixture = fixtureMachine('linux');
    fixture.makeFolder('/usr/bin/x');
    const folders = ['/', '/home', '/home/gamer', '/usr/bin', '/mnt', '/home/gamer/.local/share'];
    const reading = await new FolderStore(fixture.machine, () => folders).read();
    expect(reading.games).toEqual([]);
    expect(reading.ignored).toHaveLength(folders.length);
    expect(reading.refused?.map(({ folder }) => folder)).toEqual(folders);
  });

  it('may be a drive of games, but not the one of the system', async () => {
    using fixture = fixtureMachine('win32');
    fixture.write('D:\\setup.exe', '');
    fixture.makeFolder('D:\\Game');
    fixture.makeFolder('D:\\$RECYCLE.BIN');
    fixture.makeFolder('D:\\System Volume Information');
    fixture.makeFolder('C:\\Game');
    const reading = await new FolderStore(fixture.machine, () => ['D:\\', 'C:\\']).read();
    expect(reading.games.map(({ folder }) => folder)).toEqual(['D:\\Game']);
    expect(reading.ignored).toEqual([expect.stringContaining('C:\\')]);
  });
});
