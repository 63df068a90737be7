import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBinaryVdf } from '../../../../src/agent/games/libraries/binary-vdf.ts';
import { parseSteamShortcuts } from '../../../../src/agent/games/libraries/steam-shortcuts.ts';
import { VdfError, vdfSection, vdfText } from '../../../../src/agent/games/libraries/vdf.ts';
import { binaryVdf } from './steam-files.ts';

describe('binary KeyValues', () => {
  it('reads values of every type', () => {
    const bytes = Buffer.concat([
      Buffer.from('\x00All\0\x01text\0é\0\x02int\0\xff\xff\xff\xff\x03float\0\0\0\x80\x3f', 'latin1'),
      Buffer.from('\x04pointer\0\x01\0\0\0\x05wide\0a\0b\0\0\0\x06color\0\xff\0\0\0', 'latin1'),
      Buffer.from(
        '\x07uint\0\xff\xff\xff\xff\xff\xff\xff\xff\x0aint64\0\xff\xff\xff\xff\xff\xff\xff\xff\x08\x08',
        'latin1',
      ),
    ]);
    const all = vdfSection(parseBinaryVdf(bytes), 'all');
    expect([...(all ?? [])].map(([key, value]) => `${key} ${String(value)}`)).toEqual([
      'text \ufffd',
      'int -1',
      'float 1',
      'pointer 1',
      'wide ab',
      'color 255',
      'uint 18446744073709551615',
      'int64 -1',
    ]);
  });

  it.each([
    ['ten thousand sections in each other', Buffer.from('\0a\0'.repeat(10_000))],
    ['a million keys', Buffer.from('\x01a\0b\0'.repeat(1_000_000))],
    ['an unknown type', Buffer.from('\x63a\0')],
    ['a text without an end', Buffer.from('\x01a\0bbbb')],
    ['a number that is cut off', Buffer.from('\x02a\0\x01\x02')],
  ])('refuses %s', (_what, bytes) => {
    expect(() => parseBinaryVdf(bytes)).toThrow(VdfError);
  });

  it('survives whatever stands in a file', () => {
    const pieces = fc.array(
      fc.constantFrom('\0', '\x01', '\x02', '\x05', '\x07', '\x08', '\x0b', 'a', 'key\0'),
    );
    const bytes = fc.oneof(
      fc.uint8Array().map((all) => Buffer.from(all)),
      pieces.map((all) => Buffer.from(all.join(''), 'latin1')),
    );
    fc.assert(
      fc.property(bytes, (content) => {
        try {
          expect(parseBinaryVdf(content)).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toBeInstanceOf(VdfError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('shortcuts', () => {
  it('tell program and name, in the spellings of old and new Steams', () => {
    const bytes = binaryVdf({
      shortcuts: {
        0: {
          appid: -1_000_000_000,
          AppName: 'Mine',
          Exe: '"C:\\Games\\Mine\\mine.exe" -fast',
          StartDir: '"C:\\"',
        },
        1: { appname: 'Old', exe: '/opt/old game/run.sh' },
        2: { appname: 'No program' },
      },
    });
    expect(parseSteamShortcuts(bytes)).toEqual([
      { id: 'shortcut-3294967296', name: 'Mine', program: 'C:\\Games\\Mine\\mine.exe' },
      { id: expect.stringMatching(/^shortcut-[0-9a-f]{16}$/), name: 'Old', program: '/opt/old game/run.sh' },
    ]);
    expect(vdfText(parseBinaryVdf(binaryVdf({ A: 'b' })), 'a')).toBe('b');
  });
});
