import { describe, expect, test, vi } from 'vitest';
import { hotKeyProblem, outcomeAnnouncement, pressHotKey } from '../../src/main/hot-key-press.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import type { Status } from '../../src/shared/local-api.ts';
import { pausedStatus, readyStatus, reason } from '../support/shell-status.ts';

const client = () => ({ pause: vi.fn(async () => {}), resume: vi.fn(async () => {}) });
const connected = (status: Status) => ({ kind: 'connected', status }) as const;

describe('a press of the hot key', () => {
  test.each([
    ['Gata is ready', readyStatus()],
    ['Gata waits for its user to leave', pausedStatus([reason('in-use', 'You are using the computer')])],
    ['a game runs', pausedStatus([reason('game-running', 'Hades II is running')])],
  ])('pauses until the user says otherwise while %s', async (_when, status) => {
    const api = client();
    expect(await pressHotKey(connected(status), api)).toEqual({ kind: 'paused' });
    expect(api.pause).toHaveBeenCalledExactlyOnceWith({ until: 'resumed' });
    expect(api.resume).not.toHaveBeenCalled();
  });

  test("ends the user's own pause, whatever else is in the way", async () => {
    const api = client();
    const status = pausedStatus([reason('on-battery', 'On battery'), reason('user-paused', 'Paused by you')]);
    expect(await pressHotKey(connected(status), api)).toEqual({ kind: 'resumed' });
    expect(api.resume).toHaveBeenCalledOnce();
    expect(api.pause).not.toHaveBeenCalled();
  });

  test('says when there is no agent, or it refuses', async () => {
    expect(await pressHotKey({ kind: 'starting' }, undefined)).toMatchObject({
      kind: 'failed',
      error: { code: 'agent-unreachable' },
    });
    const api = client();
    api.pause.mockRejectedValueOnce(new GataError('agent-unreachable', 'It does not answer.'));
    expect(await pressHotKey(connected(readyStatus()), api)).toMatchObject({ kind: 'failed' });
  });

  test('is answered quietly, with the keys as the keyboard names them', () => {
    expect(outcomeAnnouncement({ kind: 'paused' }, 'CommandOrControl+Alt+P', 'linux')).toEqual({
      title: 'Gata is paused',
      body: 'Press Ctrl+Alt+P again to resume.',
      silent: true,
      screen: 'home',
    });
    expect(outcomeAnnouncement({ kind: 'resumed' }, 'Alt+F9', 'win32').title).toBe('Your pause is over');
  });
});

describe('the word about keys that do not work', () => {
  test('leads to Settings', () => {
    expect(hotKeyProblem({ hotKey: 'Super+P', state: 'taken' }, 'win32')).toMatchObject({
      title: 'Win+P does not pause Gata',
      screen: 'settings',
    });
    expect(hotKeyProblem({ hotKey: 'nonsense', state: 'invalid' }, 'linux')?.body).toContain('"nonsense"');
  });

  test('is not said when all is well', () => {
    expect(hotKeyProblem({ hotKey: 'Alt+F9', state: 'active' }, 'linux')).toBeUndefined();
    expect(hotKeyProblem({ hotKey: null, state: 'none' }, 'linux')).toBeUndefined();
  });
});
