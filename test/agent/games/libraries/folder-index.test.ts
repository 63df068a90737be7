import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderIndex } from '../../../../src/agent/games/libraries/folder-index.ts';
import { folderKey } from '../../../../src/agent/games/libraries/folder-key.ts';

function indexOf(...folders: readonly string[]): FolderIndex<string> {
  const index = new FolderIndex<string>();
  for (const folder of folders) index.add(folder, folder);
  return index;
}

describe('an index of folders', () => {
  it('finds the deepest folder above a file', () => {
    const index = indexOf('/games/Doom', '/games/Doom/mods/Brutal', '/games/Quake');
    expect(index.find('/games/Doom/doom.x86_64')).toBe('/games/Doom');
    expect(index.find('/games/Doom/mods/x')).toBe('/games/Doom');
    expect(index.find('/games/Doom/mods/Brutal/bin/x')).toBe('/games/Doom/mods/Brutal');
    for (const path of ['/games/Doom', '/games/Doom2/x', '/games/x', '/games/doom/x', '', 'doom']) {
      expect(index.find(path)).toBeUndefined();
    }
  });

  it('minds neither case nor slashes of Windows paths', () => {
    const index = indexOf('C:\\Games\\Über Doom\\', '\\\\server\\share\\Game');
    expect(index.find('c:/GAMES/über doom\\BIN/doom.exe')).toBe('C:\\Games\\Über Doom\\');
    expect(index.find('//SERVER/share/game/x.exe')).toBe('\\\\server\\share\\Game');
    expect(index.find('/games/Über Doom/x')).toBeUndefined();
    // On Linux a backslash is a letter like others.
    expect(indexOf('/a/b').find('/a\\b/c')).toBeUndefined();
  });

  it('takes no root, and keeps the first of equal folders', () => {
    const index = new FolderIndex<number>();
    expect(index.add('/', 1)).toBe(false);
    expect(index.add('C:\\A', 2)).toBe(true);
    expect(index.add('c:/a/', 3)).toBe(false);
    expect(index.find('C:\\A\\x')).toBe(2);
  });

  it('agrees with comparing all folders one by one', () => {
    const segment = fc.constantFrom('a', 'A', 'b', 'ab');
    const path = fc
      .tuple(fc.constantFrom('/', 'C:\\', 'c:/'), fc.array(segment, { minLength: 1, maxLength: 5 }))
      .map(([root, segments]) => root + segments.join(root.endsWith('\\') ? '\\' : '/'));
    fc.assert(
      fc.property(fc.array(path), path, (folders, file) => {
        const above = folders
          .map(folderKey)
          .filter((folder) => folderKey(file).startsWith(`${folder}/`))
          .toSorted((one, other) => other.length - one.length);
        const found = indexOf(...folders).find(file);
        expect(found === undefined ? undefined : folderKey(found)).toBe(above[0]);
      }),
    );
  });

  it('finds among a thousand games in less than 2 µs', () => {
    const folder = (game: number) =>
      `C:\\Program Files (x86)\\Steam\\steamapps\\common\\A Game With a Name ${game}`;
    const index = indexOf(...Array.from({ length: 1_000 }, (_, game) => folder(game)));
    const paths = Array.from({ length: 1_000 }, (_, game) =>
      game % 2 === 0
        ? `${folder(game)}\\Binaries\\Win64\\Game-Win64-Shipping.exe`
        : `C:\\Program Files\\Some Vendor ${game}\\Application\\120.0.0.${game}\\program.exe`,
    );
    const rounds = Array.from({ length: 15 }, () => {
      const startedAt = performance.now();
      let found = 0;
      for (const path of paths) if (index.find(path) !== undefined) found += 1;
      expect(found).toBe(500);
      return ((performance.now() - startedAt) * 1000) / paths.length;
    });
    const [best = Number.POSITIVE_INFINITY] = rounds.toSorted((one, other) => one - other);
    console.log(`gameOf among 1,000 games: best of ${rounds.length} rounds ${best.toFixed(2)} µs a path`);
    expect(best).toBeLessThan(2);
  });
});
