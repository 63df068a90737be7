import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileName, matchesPattern, normalizePath } from '../../../src/agent/games/program-path.ts';

describe('normalizePath', () => {
  it.each([
    ['C:\\Games\\Foo\\Foo.exe', 'C:/Games/Foo/Foo.exe'],
    ['Z:\\home\\ann\\Foo.exe', '/home/ann/Foo.exe'],
    ['/usr/bin/foo', '/usr/bin/foo'],
    ['foo', 'foo'],
  ])('turns %s into %s', (path, normalized) => expect(normalizePath(path)).toBe(normalized));
});

describe('fileName', () => {
  it.each([
    ['/usr/bin/foo', 'foo'],
    ['foo', 'foo'],
    ['C:/Games/', ''],
  ])('of %s is %s', (path, name) => expect(fileName(path)).toBe(name));
});

describe('matchesPattern', () => {
  it.each([
    ['hades2.exe', 'C:/Games/Hades2.exe', true],
    ['hades2.exe', 'C:/Games/NotHades2.exe', false],
    ['hades2', 'C:/Games/Hades2.exe', false],
    ['C:\\Games', 'C:/games/Foo/Foo.exe', true],
    ['C:\\Games\\', 'C:/games/Foo/Foo.exe', true],
    ['C:\\Games', 'C:/GamesOfMine/Foo.exe', false],
    ['/opt/foo', '/opt/foo', true],
    ['/opt/foo', '/mnt/opt/foo', false],
    ['/', '/opt/foo', false],
    ['  ', '/opt/foo', false],
  ])('pattern %s against %s: %s', (pattern, path, matches) => {
    expect(matchesPattern(pattern, path)).toBe(matches);
  });

  it('finds every program by its own name and by its own path', () => {
    const segment = fc.stringMatching(/^[\w .-]{0,11}\w$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        const path = normalizePath(`/${segments.join('/')}`);
        expect(matchesPattern(path.toUpperCase(), path)).toBe(true);
        const name = fileName(path).trim();
        if (name === fileName(path)) expect(matchesPattern(name.toUpperCase(), path)).toBe(true);
      }),
    );
  });
});
