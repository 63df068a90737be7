import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCommandLine } from '../../../src/agent/games/split-command-line.ts';

describe('splitCommandLine', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['foo.exe', ['foo.exe']],
    [
      '"C:\\Program Files\\Foo\\foo.exe" -windowed  -w 800',
      ['C:\\Program Files\\Foo\\foo.exe', '-windowed', '-w', '800'],
    ],
    ['C:\\Foo\\ "a b" c', ['C:\\Foo\\', 'a b', 'c']],
    ['foo "" x', ['foo', '', 'x']],
    ['foo a\\b "C:\\x y\\\\" z', ['foo', 'a\\b', 'C:\\x y\\', 'z']],
    ['foo \\"quoted\\" "in""side"', ['foo', '"quoted"', 'in"side']],
    ['"never closed', ['never closed']],
  ])('splits %j', (line, argv) => {
    expect(splitCommandLine(line)).toEqual(argv);
  });

  it('gives back what was quoted by the rules', () => {
    const argument = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t', 'é') });
    fc.assert(
      fc.property(fc.array(argument), (argv) => {
        expect(splitCommandLine(['"foo.exe"', ...argv.map(quote)].join(' '))).toEqual(['foo.exe', ...argv]);
      }),
    );
  });

  it('never throws on junk, and takes no longer than it must', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void splitCommandLine(line)));
    expect(splitCommandLine('\\'.repeat(100_000)).length).toBe(1);
  });
});

/** Quotes an argument so that Windows' rules give it back. */
function quote(argument: string): string {
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
