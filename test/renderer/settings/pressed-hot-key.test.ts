import { expect, it } from 'vitest';
import { pressedHotKey } from '../../../src/renderer/settings/pressed-hot-key.ts';
import { parseHotKey } from '../../../src/shared/hot-key.ts';

const press = (change: Partial<KeyboardEvent>) => ({
  key: '',
  code: '',
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...change,
});
const chosen = (hotKey: string) => ({ kind: 'chosen', hotKey });

it('waits while only modifiers are held', () => {
  expect(pressedHotKey(press({ key: 'Control', ctrlKey: true }), false)).toEqual({ kind: 'waiting' });
  expect(pressedHotKey(press({ key: 'AltGraph' }), false)).toEqual({ kind: 'waiting' });
});

it('takes the letter that the layout prints', () => {
  const z = press({ key: 'z', code: 'KeyY', ctrlKey: true, altKey: true });
  expect(pressedHotKey(z, false)).toEqual(chosen('CommandOrControl+Alt+Z'));
});

it('takes the letter at that place where Alt prints another character', () => {
  expect(pressedHotKey(press({ key: 'π', code: 'KeyP', altKey: true }), true)).toEqual(chosen('Alt+P'));
  const euro = press({ key: '€', code: 'KeyE', ctrlKey: true, altKey: true });
  expect(pressedHotKey(euro, false)).toEqual(chosen('CommandOrControl+Alt+E'));
});

it('tells Command from Control on a Mac', () => {
  const both = press({ key: 'p', code: 'KeyP', metaKey: true, ctrlKey: true });
  expect(pressedHotKey(both, true)).toEqual(chosen('CommandOrControl+Control+P'));
  expect(pressedHotKey(both, false)).toEqual(chosen('CommandOrControl+Super+P'));
});

it('refuses keys that typing needs, and keys without a name', () => {
  const refused = (problem: string) => ({ kind: 'refused', problem });
  expect(pressedHotKey(press({ key: 'K', code: 'KeyK', shiftKey: true }), false)).toEqual(
    refused('modifier'),
  );
  expect(pressedHotKey(press({ key: 'ß', code: 'Minus', ctrlKey: true }), false)).toEqual(refused('key'));
});

it.each([
  ['ArrowUp', 'Up'],
  ['Digit7', '7'],
  ['F9', 'F9'],
  ['Space', 'Space'],
  ['MediaTrackNext', 'MediaNextTrack'],
])('gives %s a name that the shell takes', (code, name) => {
  const pressed = pressedHotKey(press({ key: code, code, ctrlKey: true }), false);
  expect(pressed).toEqual(chosen(`CommandOrControl+${name}`));
  expect(pressed.kind === 'chosen' && parseHotKey(pressed.hotKey)).toBeTruthy();
});
