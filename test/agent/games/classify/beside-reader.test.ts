import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BesideReader } from '../../../../src/agent/games/classify/beside-reader.ts';

describe('BesideReader', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gata-beside-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function files(...names: string[]): Promise<void> {
    for (const name of names) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), '');
    }
  }

  it('gives the names that tell something, and no others', async () => {
    await files('foo.exe', 'UnityPlayer.dll', 'Foo_Data/x', 'readme.txt', 'foo.pck');
    const beside = await new BesideReader().besideOf(`${folder}/foo.exe`);
    expect([...beside].sort()).toEqual(['Foo_Data', 'UnityPlayer.dll', 'foo.pck']);
  });

  it('looks above folders that hold only programs', async () => {
    await files('game/lib/py3-linux-x86_64/vn', 'game/renpy/x', 'other/deep/down/vn', 'other/renpy/x');
    const reader = new BesideReader();
    expect(await reader.besideOf(`${folder}/game/lib/py3-linux-x86_64/vn`)).toEqual(['../renpy']);
    expect(await reader.besideOf(`${folder}/other/deep/down/vn`)).toEqual([]);
  });

  it('says nothing of folders of many programs, bare names, other machines and what is not there', async () => {
    const reader = new BesideReader();
    for (const program of [
      '/usr/bin/foo',
      'foo.exe',
      '',
      '//server/share/foo.exe',
      'C:/foo.exe',
      '/x\0y/z',
    ]) {
      expect(await reader.besideOf(program)).toEqual([]);
    }
    expect(await reader.besideOf(`${folder}/gone/foo`)).toEqual([]);
    expect(await reader.besideOf(`${folder}/foo.exe/foo`)).toEqual([]);
  });

  it('remembers a folder until it changes', async () => {
    await files('foo', 'data.win');
    const reader = new BesideReader();
    expect(await reader.besideOf(`${folder}/foo`)).toEqual(['data.win']);
    await files('UnityPlayer.so');
    await utimes(folder, new Date(), new Date(Date.now() + 5_000));
    const beside = await reader.besideOf(`${folder}/foo`);
    expect([...beside].sort()).toEqual(['UnityPlayer.so', 'data.win']);
  });

  it('gives a bounded number of names of a huge folder, to many who ask at once', async () => {
    await files(...Array.from({ length: 300 }, (_, at) => `${at}.pk3`));
    const reader = new BesideReader();
    const answers = await Promise.all(Array.from({ length: 20 }, () => reader.besideOf(`${folder}/foo`)));
    for (const names of answers) expect(names).toHaveLength(64);
  });

  it('is not led around by a link to itself', async () => {
    await files('foo');
    await symlink(folder, join(folder, 'engine'));
    expect(await new BesideReader().besideOf(`${folder}/foo`)).toEqual(['engine']);
  });
});
