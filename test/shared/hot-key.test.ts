import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatHotKey, hotKeyCaps, parseHotKey } from '../../src/shared/hot-key.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/settings.ts';

it('reads every way to write a combination', () => {
  expect(parseHotKey('ctrl + OPTION+p')).toEqual({ modifiers: ['Control', 'Alt'], key: 'P' });
  expect(parseHotKey('Shift+Meta+pagedown')).toEqual({ modifiers: ['Super', 'Shift'], key: 'PageDown' });
  expect(parseHotKey('F13')).toEqual({ modifiers: [], key: 'F13' });
  expect(parseHotKey('MediaPlayPause')).toBeDefined();
  expect(parseHotKey(DEFAULT_SETTINGS.idle.hotKey ?? '')).toBeDefined();
});

it.each(['', '+', 'Ctrl', 'Ctrl+', 'Ctrl+Alt', 'Ctrl+Ctrl+P', 'Ctrl+PP', 'Strg+P', 'Ctrl++', 'Ctrl+F25'])(
  'knows no keys of the name %j',
  (name) => expect(parseHotKey(name)).toBeUndefined(),
);

it.each(['P', 'Shift+P', 'Space', 'F5', 'AltGr+E', 'Enter'])('leaves %s to those who type', (name) =>
  expect(parseHotKey(name)).toBeUndefined(),
);

it('names the keys as the keyboard does', () => {
  const hotKey = parseHotKey('Shift+CommandOrControl+Super+Up');
  if (hotKey === undefined) throw new Error('It is a combination.');
  expect(hotKeyCaps(hotKey, 'windows')).toEqual(['Ctrl', 'Win', 'Shift', 'Up']);
  expect(hotKeyCaps(hotKey, 'linux')).toEqual(['Ctrl', 'Super', 'Shift', 'Up']);
  expect(hotKeyCaps(hotKey, 'mac')).toEqual(['Cmd', 'Cmd', 'Shift', 'Up']);
});

it('takes any text without failing, and writes back what it read', () => {
  const word = fc.constantFrom(
    'Ctrl',
    'Alt',
    'shift',
    'Super',
    'AltGr',
    'P',
    '7',
    'F12',
    'num0',
    '+',
    ' ',
    '',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join('+')),
      ),
      (text) => {
        const hotKey = parseHotKey(text);
        if (hotKey !== undefined) expect(parseHotKey(formatHotKey(hotKey))).toEqual(hotKey);
      },
    ),
  );
});
