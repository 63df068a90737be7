import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseSimpleYaml,
  type YamlMap,
  yamlMap,
  yamlText,
} from '../../../../src/agent/games/libraries/simple-yaml.ts';

/** As plain objects, to compare. */
function read(text: string): object {
  const plain = (map: YamlMap): object =>
    Object.fromEntries(
      [...map].map(([key, value]) => [key, typeof value === 'string' ? value : plain(value)]),
    );
  return plain(parseSimpleYaml(text));
}

describe('simple YAML', () => {
  it('reads mappings of texts as PyYAML writes them', () => {
    const text = `External_Programs:
    0a-1:
        dxvk: true
        folder: null
        name: "Baldur\\u2019s Gate: \\U0001F600 Enhanced"
        path: /home/gamer/.var/app/com.usebottles.bottles/data/bottles/bottles/My Gaming
            Bottle With Long Name/drive_c/Games/x y z.exe
Installed_Dependencies:
- d3dx9
- name: nested
  path: not a key of the root
Name: 'it''s: # no comment'
el: []
empty: ''
esc: "\\xE9\\xE9\\
    \\ \\xFC"
wide: 'two

    lines' # a comment
`;
    expect(read(text)).toEqual({
      External_Programs: {
        '0a-1': {
          dxvk: 'true',
          name: 'Baldur’s Gate: 😀 Enhanced',
          path: '/home/gamer/.var/app/com.usebottles.bottles/data/bottles/bottles/My Gaming Bottle With Long Name/drive_c/Games/x y z.exe',
        },
      },
      Name: "it's: # no comment",
      empty: '',
      esc: 'éé ü',
      wide: 'two\nlines',
    });
  });

  it('passes over what it does not read', () => {
    const text = [
      '%YAML 1.1',
      '--- # the document',
      'anchor: &a text',
      'alias: *a',
      'tagged: !!python/object:os.system',
      '  args: [ls]',
      'block: |',
      '  inner: no key',
      'flow: {a: 1,',
      '  b: 2}',
      'no key at all',
      "'quoted: key' : 'value'",
      'kept: C:/Riot Games/League of Legends   # really',
      '\ttabs: 1',
      'open: "never closed',
      'lost: 1',
    ].join('\r\n');
    expect(read(text)).toEqual({
      'quoted: key': 'value',
      kept: 'C:/Riot Games/League of Legends',
      tabs: '1',
    });
  });

  it('finds texts and mappings by their keys', () => {
    const map = parseSimpleYaml('game:\n  exe: a.exe\n  more:\n    x: 1\nother: text\n');
    expect(yamlText(map, 'game', 'exe')).toBe('a.exe');
    expect(yamlText(map, 'game', 'more')).toBeUndefined();
    expect(yamlText(map, 'other', 'exe')).toBeUndefined();
    expect(yamlText(map)).toBeUndefined();
    expect([...(yamlMap(map, 'game', 'more') ?? [])]).toEqual([['x', '1']]);
  });

  it('reads back any texts in double quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(read(`a:\n  b: ${JSON.stringify(value)}\nc: 1`)).toEqual({ a: { b: value }, c: '1' });
      }),
    );
  });

  it('throws nothing and ends, whatever the text', () => {
    const piece = fc.constantFrom(
      '\n',
      ' ',
      '  ',
      ':',
      ': ',
      '- ',
      '"',
      "'",
      '\\',
      '#',
      '|',
      '{',
      '[',
      'a',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 200 }), (pieces) => {
        parseSimpleYaml(pieces.join(''));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes time in proportion to the text', () => {
    const million = 1_000_000;
    const texts = [
      'a: "'.padEnd(million, '\\"\n'),
      "a: '".padEnd(million, "''\n"),
      'a: "'.padEnd(million, '\n'),
      'a: "'.padEnd(million, 'x\\\n'),
      'a: x\n'.padEnd(million, ' x\n'),
      'a:\n'.padEnd(million, '  - \n'),
      ''.padEnd(million, '"'),
      ''.padEnd(million, ' '),
      ''.padEnd(million, 'a:\n '),
      Array.from({ length: 1_400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    ];
    for (const text of texts) {
      const beganAt = performance.now();
      parseSimpleYaml(text);
      // Some tens of milliseconds; what is not linear takes minutes.
      expect(performance.now() - beganAt).toBeLessThan(5_000);
    }
  });
});
