import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { HotKey } from '../../src/main/hot-key.ts';
import type { HotKeyState } from '../../src/shared/shell-contract.ts';
import { fakeElectron } from '../support/fake-electron.ts';

function setUp() {
  const { globalShortcut } = fakeElectron('/app');
  const hotKey = new HotKey(globalShortcut, pino({ enabled: false }));
  const heard: { states: HotKeyState[]; presses: number } = { states: [], presses: 0 };
  hotKey.on('change', (state) => heard.states.push(state));
  hotKey.on('press', () => {
    heard.presses += 1;
  });
  return { globalShortcut, hotKey, heard };
}

const KEYS = 'CommandOrControl+Alt+P';

describe('the hot key', () => {
  test('is heard in every program, and follows the settings', () => {
    const { globalShortcut, hotKey, heard } = setUp();
    hotKey.set(KEYS);
    globalShortcut.press(KEYS);
    expect(heard.presses).toBe(1);
    hotKey.set('Alt+F9');
    expect([...globalShortcut.registered.keys()]).toEqual(['Alt+F9']);
    hotKey.set(null);
    expect(globalShortcut.registered.size).toBe(0);
    expect(heard.states).toEqual([
      { hotKey: KEYS, state: 'active' },
      { hotKey: 'Alt+F9', state: 'active' },
      { hotKey: null, state: 'none' },
    ]);
  });

  test('tells that another program has the keys, once, and gets them when they are free', () => {
    const { globalShortcut, hotKey, heard } = setUp();
    globalShortcut.taken.add(KEYS);
    hotKey.set(KEYS);
    hotKey.set(KEYS);
    expect(heard.states).toEqual([{ hotKey: KEYS, state: 'taken' }]);
    globalShortcut.taken.clear();
    hotKey.set(KEYS);
    expect(hotKey.state).toEqual({ hotKey: KEYS, state: 'active' });
  });

  test('hands no nonsense to the system', () => {
    const { globalShortcut, hotKey } = setUp();
    hotKey.set('P');
    expect(hotKey.state.state).toBe('invalid');
    expect(globalShortcut.registered.size).toBe(0);
  });

  test('survives a system that does not know a key', () => {
    const shortcuts = {
      register: () => {
        throw new TypeError('conversion failure');
      },
      unregister: () => {},
    };
    const hotKey = new HotKey(shortcuts, pino({ enabled: false }));
    hotKey.set(KEYS);
    expect(hotKey.state.state).toBe('invalid');
  });

  test('leaves the keys to the dashboard while new ones are pressed', () => {
    const { globalShortcut, hotKey, heard } = setUp();
    hotKey.set(KEYS);
    hotKey.setCapturing(true);
    expect(globalShortcut.registered.size).toBe(0);
    hotKey.set('Alt+F9');
    expect(globalShortcut.registered.size).toBe(0);
    hotKey.setCapturing(false);
    expect([...globalShortcut.registered.keys()]).toEqual(['Alt+F9']);
    expect(heard.states.at(-1)).toEqual({ hotKey: 'Alt+F9', state: 'active' });
  });

  test('gives the keys back with its owner', () => {
    const { globalShortcut, hotKey } = setUp();
    hotKey.set(KEYS);
    hotKey[Symbol.dispose]();
    expect(globalShortcut.registered.size).toBe(0);
  });
});
