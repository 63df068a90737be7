import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVdf, VdfError, type VdfValue } from '../../../../src/agent/games/libraries/vdf.ts';

/** As plain objects, for comparing. */
function plain(value: VdfValue): unknown {
  return typeof value === 'string'
    ? value
    : Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
}

const read = (text: string, platform?: 'linux' | 'win32') => plain(parseVdf(text, platform));

describe('text KeyValues', () => {
  it('reads sections, quoted and bare tokens, and comments', () => {
    const text =
      '// a comment "with" { things }\n"Root"\r\n{\n\tkey value // another\n"Two Words" "a // b" Inner{}}';
    expect(read(text)).toEqual({
      root: { key: 'value', 'two words': 'a // b', inner: {} },
    });
  });

  it('reads escapes, and leaves unknown ones as they stand', () => {
    expect(read('"path" "D:\\\\Steam\\\\\\"x\\"\\n\\t\\q"')).toEqual({ path: 'D:\\Steam\\"x"\n\t\\q' });
  });

  it('keeps the first of two equal keys, whatever their case', () => {
    expect(read('"Name" "one" "NAME" "two" "a" { "b" "1" } "A" { "b" "2" }')).toEqual({
      name: 'one',
      a: { b: '1' },
    });
  });

  it.each([
    ['"k" "windows" [$WIN32] "k" "other" [!$WIN32]', 'win32', { k: 'windows' }],
    ['"k" "windows" [$WIN32] "k" "other" [!$WIN32]', 'linux', { k: 'other' }],
    ['"k" "v" [$X360||$LINUX]', 'linux', { k: 'v' }],
    ['"k" "v" [$POSIX&&!$LINUX] "l" "w"', 'linux', { l: 'w' }],
    ['"s" [$WIN32] { "a" "1" } "s" [$LINUX] { "b" "2" }', 'linux', { s: { b: '2' } }],
  ] as const)('heeds the conditions of %s on %s', (text, platform, expected) => {
    expect(read(text, platform)).toEqual(expected);
  });

  it.each([
    ['cut off in a text', '"a" "b'],
    ['cut off in a section', '"a" { "b" "c"'],
    ['an end without a beginning', '"a" "b" }'],
    ['a key without a value', '"a" { "b" }'],
    ['a value without a key', '{ "a" "b" }'],
    ['a condition without an end', '"a" "b" [$WIN32'],
    ['ten thousand sections in each other', '"a" {'.repeat(10_000)],
    ['a million keys', '"a" "b" '.repeat(1_000_000)],
    ['twenty million characters', ' '.repeat(20_000_000)],
  ])('refuses %s', (_what, text) => {
    expect(() => parseVdf(text)).toThrow(VdfError);
  });

  it('opens nothing that a file names', () => {
    expect(read('#include "/etc/passwd" #base "x.vdf"')).toEqual({
      '#include': '/etc/passwd',
      '#base': 'x.vdf',
    });
  });

  it('survives whatever stands in a file', () => {
    const token = fc.constantFrom(
      '"',
      '{',
      '}',
      '[',
      ']',
      '\\',
      '//',
      '\n',
      ' ',
      '$WIN32',
      '!',
      '&&',
      'a',
      '\0',
      'é',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token, { maxLength: 200 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (content) => {
        try {
          expect(parseVdf(content)).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toBeInstanceOf(VdfError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads what it was written', () => {
    const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
      tree: fc.dictionary(
        fc.string({ minLength: 1, maxLength: 10 }).map((key) => key.toLowerCase()),
        fc.oneof({ maxDepth: 4 }, fc.string({ maxLength: 20 }), tie('tree')),
        { maxKeys: 5, noNullPrototype: true },
      ),
    }));
    fc.assert(
      fc.property(tree, (content) => {
        expect(read(written(content))).toEqual(content);
      }),
    );
  });

  it.each([
    ['texts', '"key" "value" '],
    ['escapes', '\\\\'],
    ['slashes', '/ '],
    ['conditions', '[$A||$B'],
    ['blanks', ' \t\n'],
  ])('takes time in proportion to the length of %s', (_what, piece) => {
    const milliseconds = (count: number) => {
      const text = piece === '\\\\' ? `"${piece.repeat(count)}"` : piece.repeat(count);
      const runs = [1, 2, 3].map(() => {
        // Processor time of this thread: the machine may be busy with others.
        const before = process.threadCpuUsage();
        try {
          parseVdf(text);
        } catch (error) {
          expect(error).toBeInstanceOf(VdfError);
        }
        const { user, system } = process.threadCpuUsage(before);
        return (user + system) / 1000;
      });
      return Math.min(...runs);
    };
    // Sixteen times the text: quadratic time would be 256 times as long.
    expect(milliseconds(160_000)).toBeLessThan(100 * Math.max(0.5, milliseconds(10_000)));
  });
});

function written(content: Record<string, unknown>): string {
  const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return Object.entries(content)
    .map(([key, value]) => {
      const inner = typeof value === 'string' ? quote(value) : `{ ${written({ ...Object(value) })} }`;
      return `${quote(key)} ${inner}`;
    })
    .join('\n');
}
