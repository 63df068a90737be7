import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { DashboardWindow } from '../../src/main/dashboard-window.ts';
import type { WindowState } from '../../src/main/window-state.ts';
import { SHOW_SCREEN_CHANNEL } from '../../src/shared/shell-contract.ts';
import { fakeElectron } from '../support/fake-electron.ts';

function setUp(saved?: WindowState) {
  const electron = fakeElectron('/app');
  const kept: { state: WindowState | undefined; closed: number } = { state: saved, closed: 0 };
  const dashboard = new DashboardWindow(electron, {
    preload: '/app/out/preload/preload.cjs',
    icon: '/app/assets/icons/app.png',
    store: {
      get: () => kept.state,
      set: (state) => {
        kept.state = state;
      },
    },
    onClosed: () => {
      kept.closed += 1;
    },
    log: pino({ enabled: false }),
  });
  const open = () => {
    dashboard.open();
    const window = electron.windows.at(-1);
    if (window === undefined) throw new Error('No window was made.');
    return window;
  };
  return { electron, dashboard, open, kept };
}

describe('the dashboard window', () => {
  test('is made on demand, hidden until it has something to show', () => {
    const { electron, open } = setUp();
    expect(electron.windows).toHaveLength(0);
    const window = open();
    expect(window.url).toBe('app://gata/');
    expect(window.options.show).toBe(false);
    expect(window.calls).toEqual(['removeMenu']);
    window.emit('ready-to-show');
    expect(window.calls).toContain('show');
  });

  test('is isolated from Node and from other pages', () => {
    expect(setUp().open().options.webPreferences).toMatchObject({
      preload: '/app/out/preload/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test('is brought to the front when it is open already', () => {
    const { electron, dashboard, open } = setUp();
    const window = open();
    window.minimized = true;
    dashboard.open();
    expect(electron.windows).toHaveLength(1);
    expect(window.calls).toEqual(['removeMenu', 'restore', 'show', 'focus']);
  });

  test('is gone when closed, and made anew where it was left', () => {
    const { electron, open } = setUp();
    const first = open();
    first.bounds = { x: 300, y: 200, width: 800, height: 500 };
    first.maximized = true;
    first.close();
    const second = open();
    expect(electron.windows).toHaveLength(2);
    expect(second.options).toMatchObject({ x: 300, y: 200, width: 800, height: 500 });
    second.emit('ready-to-show');
    expect(second.maximized).toBe(true);
  });

  test('opens at the screen that is asked for, also when it is there already', () => {
    const { electron, dashboard, kept } = setUp();
    dashboard.open('settings');
    const [window] = electron.windows;
    expect(window?.url).toBe('app://gata/#/settings');
    dashboard.open('home');
    expect(electron.windows).toHaveLength(1);
    expect(window?.webContents.sent).toEqual([[SHOW_SCREEN_CHANNEL, 'home']]);
    dashboard.open();
    expect(window?.webContents.sent).toHaveLength(1);
    window?.close();
    expect(kept.closed).toBe(1);
  });

  test("has the page's own background in both themes", () => {
    const styles = readFileSync(path.resolve(import.meta.dirname, '../../src/renderer/styles.css'), 'utf8');
    const [, light, dark] = /--color-ground: light-dark\((#\w+), (#\w+)\)/.exec(styles) ?? [];
    const { electron, open } = setUp();
    const window = open();
    expect(window.options.backgroundColor).toBe(light);
    window.close();
    electron.nativeTheme.shouldUseDarkColors = true;
    expect(open().options.backgroundColor).toBe(dark);
  });

  test('gets messages only while it is there', () => {
    const { dashboard, open } = setUp();
    dashboard.send('channel', 1);
    const window = open();
    dashboard.send('channel', 2);
    window.close();
    dashboard.send('channel', 3);
    expect(window.webContents.sent).toEqual([['channel', 2]]);
  });
});
