import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentView } from '../../src/main/agent-view.ts';
import { ShellTray } from '../../src/main/tray.ts';
import { fakeElectron } from '../support/fake-electron.ts';
import { pausedStatus, readyStatus, reason, workingStatus } from '../support/shell-status.ts';

const icons = path.resolve('/icons');

function trayFor(view: AgentView) {
  const electron = fakeElectron('/app');
  const state = { now: 1_000_000, isBarDark: true, opened: 0 };
  const tray = new ShellTray(electron, view, {
    iconFolder: icons,
    platform: 'linux',
    clock: { now: () => new Date(state.now) },
    isBarDark: () => state.isBarDark,
    isStartedAtLogin: () => false,
    actions: {
      pause: () => {},
      resume: () => {},
      claim: () => {},
      openWallet: () => {},
      openGovernance: () => {},
      openDashboard: () => {
        state.opened += 1;
      },
      answerGameQuestion: () => {},
      setStartAtLogin: () => {},
      quit: () => {},
    },
  });
  const [shown] = electron.trays;
  if (shown === undefined) throw new Error('There is no tray.');
  return { tray, shown, state };
}

const working = (tokensPerSecond: number): AgentView => ({
  kind: 'connected',
  status: workingStatus({ tokensPerSecond }),
});

describe('the tray', () => {
  test('shows icon, tool tip and menu from the start', () => {
    const { shown } = trayFor({ kind: 'starting' });
    expect(shown.image).toBe(path.join(icons, 'offline-on-dark.png'));
    expect(shown.toolTip).toBe('Gata: Starting…');
    expect(shown.menu?.labels()[0]).toBe('Starting…');
  });

  test('sets the menu again when the state changes, as Linux needs', () => {
    const { tray, shown } = trayFor({ kind: 'starting' });
    tray.show({ kind: 'connected', status: readyStatus() });
    tray.show({ kind: 'connected', status: pausedStatus([reason('game-running', 'Hades II is running')]) });
    expect(shown.menusSet).toBe(3);
    expect(shown.menu?.labels()[0]).toBe('Paused: Hades II is running');
    expect(shown.image).toBe(path.join(icons, 'paused-by-game-on-dark.png'));
    expect(shown.toolTip).toBe('Gata: Paused: Hades II is running');
  });

  test('leaves an open menu alone when nothing changed', () => {
    const { tray, shown } = trayFor({ kind: 'connected', status: readyStatus() });
    tray.show({ kind: 'connected', status: readyStatus() });
    expect(shown.menusSet).toBe(1);
    expect(shown.imagesSet).toBe(0);
  });

  test('renews the speed at intervals only', () => {
    const { tray, shown, state } = trayFor(working(10));
    state.now += 4000;
    tray.show(working(11));
    expect(shown.menu?.labels()[1]).toBe('10.0 tokens/s on GeForce RTX 4070');
    state.now += 1000;
    tray.show(working(12));
    expect(shown.menu?.labels()[1]).toBe('12.0 tokens/s on GeForce RTX 4070');
    expect(shown.menusSet).toBe(2);
  });

  test('follows the colour of the bar', () => {
    const { tray, shown, state } = trayFor({ kind: 'connected', status: readyStatus() });
    state.isBarDark = false;
    tray.show({ kind: 'connected', status: readyStatus() });
    expect(shown.image).toBe(path.join(icons, 'ready-on-light.png'));
  });

  test('opens the dashboard at a click, and goes with its owner', () => {
    const { tray, shown, state } = trayFor({ kind: 'starting' });
    shown.emit('click');
    expect(state.opened).toBe(1);
    tray[Symbol.dispose]();
    expect(shown.isDestroyed).toBe(true);
  });
});
