import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { AgentView } from '../../src/main/agent-view.ts';
import { statusLine, type TrayActions, trayMenu } from '../../src/main/tray-menu.ts';
import type { Status } from '../../src/shared/local-api.ts';
import { FakeMenu } from '../support/fake-electron.ts';
import { gameView } from '../support/game-view.ts';
import { pausedStatus, readyStatus, reason, workingStatus } from '../support/shell-status.ts';

function actions() {
  return {
    pause: vi.fn(),
    resume: vi.fn(),
    openDashboard: vi.fn(),
    claim: vi.fn(),
    openWallet: vi.fn(),
    openGovernance: vi.fn(),
    answerGameQuestion: vi.fn(),
    setStartAtLogin: vi.fn(),
    quit: vi.fn(),
  } satisfies TrayActions;
}

const connected = (status: Status): AgentView => ({ kind: 'connected', status });
const menuOf = (view: AgentView, act: TrayActions = actions(), startAtLogin = false) =>
  new FakeMenu(trayMenu(view, startAtLogin, act, 'en-GB'));
const enabled = (menu: FakeMenu, label: string) =>
  menu.items.find((item) => item.label === label)?.enabled !== false;

describe('the status line', () => {
  const network = readyStatus().network;
  test.each([
    ['Starting…', { kind: 'starting' }],
    ['Not running: The disk is full.', { kind: 'unreachable', message: 'The disk is full.' }],
    ['Working: writing text with npc-chat', connected(workingStatus())],
    ['Working', connected(workingStatus({ currentJobs: [] }))],
    ['Ready: waiting for a job', connected(readyStatus())],
    ['Connecting to the network…', connected(readyStatus({ network: { ...network, state: 'connecting' } }))],
    [
      'Offline: The gateway does not answer.',
      connected(
        readyStatus({ network: { ...network, state: 'offline', detail: 'The gateway does not answer.' } }),
      ),
    ],
    [
      'Offline: no connection to the network',
      connected(readyStatus({ network: { ...network, state: 'offline' } })),
    ],
    ['Paused', connected(pausedStatus([]))],
    ['Paused: Hades II is running', connected(pausedStatus([reason('game-running', 'Hades II is running')]))],
    [
      'Paused: Hades II is running',
      connected(
        pausedStatus([reason('user-paused', 'You paused it'), reason('game-running', 'Hades II is running')]),
      ),
    ],
  ] satisfies [string, AgentView][])('says "%s"', (line, view) => {
    expect(statusLine(view)).toBe(line);
  });

  test('says until when a pause lasts', () => {
    const until = new Date('2026-11-20T15:30:00');
    const view = connected(pausedStatus([reason('user-paused', 'You paused it', until.toISOString())]));
    expect(statusLine(view, 'en-GB')).toBe('Paused: You paused it, until 15:30');
    const inUse = reason('in-use', 'You are using the computer', until.toISOString());
    const moving = connected(pausedStatus([inUse], { resumesAt: until.toISOString() }));
    expect(statusLine(moving, 'en-GB')).toBe('Paused: You are using the computer');
  });
});

describe('the tray menu', () => {
  test('has what a user needs, in order', () => {
    expect(menuOf(connected(readyStatus())).labels()).toEqual([
      'Ready: waiting for a job',
      'Pause',
      'Resume',
      'Open dashboard',
      'Start when I sign in',
      'Quit Gata',
    ]);
  });

  test('shows the speed while a job runs', () => {
    expect(menuOf(connected(workingStatus())).labels()).toContain('41.2 tokens/s on GeForce RTX 4070');
  });

  test('pauses in the three ways', () => {
    const act = actions();
    const menu = menuOf(connected(workingStatus()), act);
    menu.choose('For 1 hour');
    menu.choose('Until I stop playing');
    menu.choose('Until I resume');
    expect(act.pause.mock.calls).toEqual([
      [{ minutes: 60 }],
      [{ until: 'games-end' }],
      [{ until: 'resumed' }],
    ]);
  });

  test('resumes what the user paused and the wait after a game, not a game', () => {
    const userPause = connected(pausedStatus([reason('user-paused', 'You paused it')]));
    const inUse = connected(pausedStatus([reason('in-use', 'You are using the computer')]));
    const afterGame = connected(pausedStatus([reason('game-running', 'Hades II has just ended')]));
    const game = gameView('Hades II');
    const inGame = connected(
      pausedStatus([reason('game-running', 'Hades II is running')], { games: [game] }),
    );
    expect(enabled(menuOf(userPause), 'Resume')).toBe(true);
    expect(enabled(menuOf(afterGame), 'Resume')).toBe(true);
    expect(enabled(menuOf(inUse), 'Resume')).toBe(true);
    expect(enabled(menuOf(inGame), 'Resume')).toBe(false);
    expect(enabled(menuOf(connected(readyStatus())), 'Resume')).toBe(false);
  });

  test('offers nothing that needs an agent while there is none', () => {
    const menu = menuOf({ kind: 'starting' });
    expect(enabled(menu, 'Pause')).toBe(false);
    expect(enabled(menu, 'Resume')).toBe(false);
    expect(enabled(menu, 'Open dashboard')).toBe(true);
    expect(enabled(menu, 'Quit Gata')).toBe(true);
  });

  test('asks about what may be a game, as Linux shows no buttons in notifications', () => {
    const act = actions();
    const maybe = gameView('Lantern & Tide', { certainty: 'maybe' });
    const status = pausedStatus([reason('game-running', 'Lantern & Tide may be a game')], {
      games: [maybe, gameView('Hades II')],
    });
    const menu = menuOf(connected(status), act);
    expect(menu.labels().filter((label) => label.startsWith('Is '))).toEqual(['Is Lantern && Tide a game?']);
    menu.choose('Yes, pause for it');
    menu.choose('No, ignore it');
    expect(act.answerGameQuestion.mock.calls).toEqual([
      [maybe.key, 'pause'],
      [maybe.key, 'ignore'],
    ]);
  });

  test('turns the start at sign-in on and off', () => {
    const act = actions();
    menuOf({ kind: 'starting' }, act, false).choose('Start when I sign in');
    menuOf({ kind: 'starting' }, act, true).choose('Start when I sign in');
    expect(act.setStartAtLogin.mock.calls).toEqual([[true], [false]]);
  });

  test('opens the dashboard and quits', () => {
    const act = actions();
    const menu = menuOf(connected(readyStatus()), act);
    menu.choose('Open dashboard');
    menu.choose('Quit Gata');
    expect(act.openDashboard).toHaveBeenCalledOnce();
    expect(act.quit).toHaveBeenCalledOnce();
  });

  test('shows an ampersand as it is, and any text on one line of bounded length', () => {
    const title = 'Ratchet & Clank is running';
    const [label] = menuOf(connected(pausedStatus([reason('game-running', title)]))).labels();
    expect(label).toBe('Paused: Ratchet && Clank is running');
    fc.assert(
      fc.property(fc.string({ maxLength: 500, unit: 'grapheme' }), (message) => {
        const [shown = ''] = menuOf({ kind: 'unreachable', message }).labels();
        expect(shown).not.toMatch(/[\r\n\t]/);
        expect(shown.replaceAll('&&', '')).not.toContain('&');
        expect(shown.replaceAll('&&', '&').length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
