import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UnreadableFileError } from '../../../../src/agent/games/libraries/unreadable-file-error.ts';
import { fixtureMachine } from './fixture-machine.ts';

describe('a machine’s files', () => {
  it('are read up to a limit', async () => {
    using fixture = fixtureMachine('linux');
    const { files } = fixture.machine;
    fixture.write('/file', 'x'.repeat(1000));
    expect((await files.read('/file', 1000))?.length).toBe(1000);
    await expect(files.read('/file', 999)).rejects.toThrow('/file is longer than 999 bytes.');
    expect(await files.read('/none', 1)).toBeUndefined();
    expect(await files.read('/file/below', 1)).toBeUndefined();
    await expect(files.read('/', 10)).rejects.toBeInstanceOf(UnreadableFileError);
  });

  it.skipIf(process.platform !== 'linux')('do not hold one up when they are pipes', async () => {
    using fixture = fixtureMachine('linux');
    const makePipe = 'mkfifo';
    execFileSync(makePipe, [join(fixture.root, 'pipe')]);
    await expect(fixture.machine.files.read('/pipe', 10)).rejects.toThrow('/pipe is not a file.');
  });

  it('are listed up to a limit, with what links lead to', async () => {
    using fixture = fixtureMachine('linux');
    const { files } = fixture.machine;
    fixture.write('/games/file', '');
    fixture.makeFolder('/games/folder');
    symlinkSync('folder', join(fixture.root, 'games/link'));
    symlinkSync('circle', join(fixture.root, 'games/circle'));
    const entries = (await files.entries('/games', 4)) ?? [];
    expect(Object.fromEntries(entries.map(({ name, kind }) => [name, kind]))).toEqual({
      file: 'file',
      folder: 'folder',
      link: 'folder',
      circle: 'other',
    });
    await expect(files.entries('/games', 3)).rejects.toThrow('/games holds more than 3 entries.');
    expect(await files.entries('/none', 3)).toBeUndefined();
  });

  it('tell a folder’s real path in the machine’s own words', async () => {
    using fixture = fixtureMachine('win32');
    fixture.makeFolder('D:\\Games\\One');
    symlinkSync(join(fixture.root, 'D'), join(fixture.root, 'E'));
    symlinkSync('/usr', join(fixture.root, 'F'));
    const { files } = fixture.machine;
    expect(await files.realPath('E:\\Games\\One')).toBe('D:\\Games\\One');
    expect(await files.realPath('F:\\bin')).toBeUndefined();
    expect(await files.realPath('E:\\gone')).toBeUndefined();
  });
});
