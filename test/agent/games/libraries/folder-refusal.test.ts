import { describe, expect, it } from 'vitest';
import { folderRefusal, isSharedFolder } from '../../../../src/agent/games/libraries/folder-refusal.ts';
import { fixtureMachine } from './fixture-machine.ts';

describe('what cannot be one game’s folder', () => {
  it.each([
    ...['/', '/home', '/home/gamer', '/home/gamer/.local/share', '/usr/share/doc', '/proc/1', '/opt', '/mnt'],
    ...[
      '/run',
      '/run/user',
      '/run/user/1000/game',
      '/run/user/1000/doc',
      '/run/systemd',
      '/run/media',
      '/run/media/gamer',
    ],
    ...['/run/mediaserver/x', '/media/gamer', '/var/lib'],
  ])('is %s', (folder) => {
    using fixture = fixtureMachine('linux');
    expect(isSharedFolder(folder, fixture.machine)).toBe(true);
  });

  it.each([
    '/run/media/gamer/Games/Doom',
    '/run/user/1000/doc/59edc372',
    '/media/gamer/Disk',
    '/opt/Doom',
    '/home/gamer/Games/Doom',
    '/data/Doom',
  ])('is not %s', (folder) => {
    using fixture = fixtureMachine('linux');
    expect(isSharedFolder(folder, fixture.machine)).toBe(false);
  });

  it('is told in words', async () => {
    using fixture = fixtureMachine('linux');
    fixture.makeFolder('/run/user/1000/game');
    const words = (folder: string) => folderRefusal(folder, fixture.machine);
    expect(await words('/run/user/1000/game')).toBe('is the folder of more than a game');
    expect(await words('/data/gone')).toBe('is not there');
    expect(await words('data')).toBe('is not an absolute path');
  });
});
