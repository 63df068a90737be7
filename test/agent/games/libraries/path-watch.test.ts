import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { PathWatch } from '../../../../src/agent/games/libraries/path-watch.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const WAIT = { timeout: 20_000, interval: 10 };

describe('a watch of paths', () => {
  it('tells of files that come, change, are replaced and go, and of no others beside them', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'list.vdf');
    const onChange = vi.fn();
    using watch = new PathWatch(onChange);
    expect(await watch.set([file])).toBe(true);
    const tells = async (what: () => void) => {
      onChange.mockClear();
      what();
      await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), WAIT);
    };
    await tells(() => writeFileSync(file, 'one'));
    await tells(() => writeFileSync(file, 'two'));
    writeFileSync(`${file}.new`, 'three');
    await tells(() => renameSync(`${file}.new`, file));
    await tells(() => rmSync(file));
    // All of these have been told of when a later change of the file is.
    await new Promise((resolve) => setTimeout(resolve, 50));
    onChange.mockClear();
    for (let count = 0; count < 20; count += 1) writeFileSync(join(folder.path, 'another'), String(count));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(onChange).not.toHaveBeenCalled();
  });

  it('tells of folders, and stays with the path when a folder is replaced', async () => {
    using folder = temporaryFolder();
    const games = join(folder.path, 'games');
    mkdirSync(games);
    const onChange = vi.fn();
    using watch = new PathWatch(onChange);
    await watch.set([games]);
    writeFileSync(join(games, 'a'), '');
    await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), WAIT);
    renameSync(games, `${games}-old`);
    mkdirSync(games);
    expect(await watch.set([games])).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    onChange.mockClear();
    writeFileSync(join(`${games}-old`, 'b'), '');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(onChange).not.toHaveBeenCalled();
    writeFileSync(join(games, 'b'), '');
    await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), WAIT);
  });

  it('says when changes cannot be told, and watches no longer what it is not asked for', async () => {
    using folder = temporaryFolder();
    const onChange = vi.fn();
    using watch = new PathWatch(onChange);
    expect(await watch.set([join(folder.path, 'none', 'file'), folder.path])).toBe(false);
    expect(await watch.set([])).toBe(true);
    writeFileSync(join(folder.path, 'a'), '');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(onChange).not.toHaveBeenCalled();
  });
});
