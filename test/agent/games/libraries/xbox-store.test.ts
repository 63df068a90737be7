import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGamingRoot } from '../../../../src/agent/games/libraries/gaming-root.ts';
import { XboxStore } from '../../../../src/agent/games/libraries/xbox-store.ts';
import { xmlElements } from '../../../../src/agent/games/libraries/xml-attributes.ts';
import { fixtureMachine } from './fixture-machine.ts';

function gamingRoot(...folders: readonly string[]): Buffer {
  const texts = folders.map((folder) => Buffer.from(`${folder}\0`, 'utf16le'));
  return Buffer.concat([Buffer.from('RGBX'), Buffer.of(folders.length, 0, 0, 0), ...texts]);
}

function config(
  identity: string,
  title: string,
  executables = '<Executable Name="Game.exe" Id="Game"/>',
): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<Game configVersion="1">
  <!-- <Identity Name="Commented"/> -->
  <Identity Name="${identity}" Publisher='CN="Somebody"' Version="1.0.0.0"/>
  <ExecutableList>${executables}</ExecutableList>
  <ShellVisuals DefaultDisplayName="${title}" PublisherDisplayName="Somebody"/>
</Game>`;
}

describe('Xbox', () => {
  it('tells the games of each drive’s folder', async () => {
    using fixture = fixtureMachine('win32', { drives: ['C:\\', 'D:\\', 'E:\\'] });
    fixture.write('D:\\.GamingRoot', gamingRoot('Games\\Xbox'));
    fixture.write(
      'D:\\Games\\Xbox\\Forza\\Content\\MicrosoftGame.config',
      config('Ms.Forza', 'Forza &amp; Co'),
    );
    fixture.write('D:\\Games\\Xbox\\Add-on\\Content\\MicrosoftGame.config', config('Ms.Addon', 'Add-on', ''));
    fixture.write('D:\\Games\\Xbox\\Local\\MicrosoftGame.config', config('Ms.Local', 'ms-resource:Name'));
    fixture.makeFolder('D:\\Games\\Xbox\\GameSave');
    fixture.write('E:\\.GamingRoot', 'something else');
    fixture.write(
      'E:\\XboxGames\\Wide\\Content\\MicrosoftGame.config',
      Buffer.from(`\ufeff${config('Ms.Wide', 'Wide')}`, 'utf16le'),
    );
    fixture.write('E:\\XboxGames\\Broken\\Content\\MicrosoftGame.config', '<Gam');
    const reading = await new XboxStore(fixture.machine).read();
    expect(reading.games.map(({ id, title, folder }) => [id, title, folder])).toEqual([
      ['xbox:Ms.Forza', 'Forza & Co', 'D:\\Games\\Xbox\\Forza'],
      ['xbox:Ms.Local', 'Local', 'D:\\Games\\Xbox\\Local'],
      ['xbox:Ms.Wide', 'Wide', 'E:\\XboxGames\\Wide'],
    ]);
    expect(reading.ignored).toEqual([
      'Add-on: is an add-on of a game',
      'E:\\.GamingRoot: is not as expected',
      'E:\\XboxGames\\Broken\\Content\\MicrosoftGame.config: no Game element in it',
    ]);
  });
});

describe('a drive’s .GamingRoot', () => {
  it('names folders of the drive only', () => {
    expect(parseGamingRoot(gamingRoot('XboxGames', 'a\\b'))).toEqual(['XboxGames', 'a\\b']);
    expect(parseGamingRoot(gamingRoot('\\Windows', 'C:\\Windows', '..\\x', 'a/../b', ' '))).toEqual([]);
    expect(parseGamingRoot(gamingRoot('XboxGames').subarray(0, 15))).toEqual(['Xbo']);
    expect(parseGamingRoot(Buffer.from('RGB'))).toBeUndefined();
  });

  it('is bounded whatever stands in it', () => {
    const folders = parseGamingRoot(gamingRoot(...Array.from({ length: 10_000 }, (_, index) => `f${index}`)));
    expect(folders?.length).toBeLessThanOrEqual(255);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        for (const folder of parseGamingRoot(Buffer.concat([Buffer.from('RGBX'), bytes])) ?? []) {
          expect(folder).not.toMatch(/:|^[\\/]/);
        }
      }),
    );
  });
});

describe('elements of XML', () => {
  const read = (text: string) =>
    [...xmlElements(text)].map(({ name, attributes }) => [name, Object.fromEntries(attributes)]);

  it('come with their attributes, without comments, CDATA and declarations', () => {
    const text = `<!DOCTYPE a><?xml v="1"?><a one="1>2" two = 'x"y' one="no" bare><!-- <b/> --><![CDATA[<c d="e"/>]]></a><d/>`;
    expect(read(text)).toEqual([
      ['a', { one: '1>2', two: 'x"y' }],
      ['d', {}],
    ]);
    expect(read('<a b="&lt;&#65;&#x42;&unknown;&#x110000;"/>')).toEqual([
      ['a', { b: '<AB&unknown;&#x110000;' }],
    ]);
  });

  it('end where a document is cut off, whatever stands in it', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '=',
      ' ',
      'a',
      '<!--',
      '-->',
      '<![CDATA[',
      '<?',
      '&#',
      ';',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 100 }), (pieces) => {
        expect(Array.isArray(read(pieces.join('')))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['names', `<a ${'b'.repeat(1_000_000)}>`],
    ['blanks', `<a b${' '.repeat(1_000_000)}"x">`],
    ['tags', '<'.repeat(1_000_000)],
    ['quotes', `<a ${'"" '.repeat(300_000)}>`],
    ['starts of comments', '<!--'.repeat(250_000)],
  ])('take no more than moments for a megabyte of %s', (_what, text) => {
    const startedAt = performance.now();
    read(text);
    // In quadratic time this would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
