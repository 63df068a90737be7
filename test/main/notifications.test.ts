import { describe, expect, test } from 'vitest';
import { Notifications } from '../../src/main/notifications.ts';
import { fakeElectron } from '../support/fake-electron.ts';
import { gameView } from '../support/game-view.ts';
import { notice, pausedStatus, readyStatus, reason } from '../support/shell-status.ts';

function setUp() {
  const electron = fakeElectron('/app');
  const clicks: string[] = [];
  const notifications = new Notifications(electron, '/icon.png', (screen) => clicks.push(screen));
  return { electron, notifications, clicks };
}

const damaged = notice('settings-damaged', { message: 'Your settings were damaged.' });
const game = gameView('Hades II');

describe('the notifications', () => {
  test('announce a warning once, however often the status comes', () => {
    const { electron, notifications } = setUp();
    notifications.show(readyStatus({ notices: [damaged] }));
    notifications.show(readyStatus({ notices: [damaged] }));
    expect(electron.notifications).toMatchObject([
      { title: 'Gata', body: 'Your settings were damaged.', isShown: true },
    ]);
  });

  test('announce it again when it happened again', () => {
    const { electron, notifications } = setUp();
    notifications.show(readyStatus({ notices: [damaged] }));
    notifications.show(readyStatus({ notices: [{ ...damaged, at: '2026-11-21T10:00:00.000Z' }] }));
    expect(electron.notifications).toHaveLength(2);
  });

  test('keep quiet about what is for information only', () => {
    const { electron, notifications } = setUp();
    notifications.show(readyStatus({ notices: [notice('updated', { level: 'info' })] }));
    expect(electron.notifications).toHaveLength(0);
  });

  test.each([
    ['a game runs', pausedStatus([reason('game-running', 'Hades II is running')])],
    ['a launcher is about to start one', pausedStatus([reason('pause-lease', 'Steam starts a game')])],
    ['a game runs that the user lets compute go on with', readyStatus({ games: [game] })],
  ])('wait while %s', (_when, status) => {
    const { electron, notifications } = setUp();
    const error = notice('disk-full', { level: 'error' });
    notifications.show({ ...status, notices: [error] });
    expect(electron.notifications).toHaveLength(0);
    notifications.show(readyStatus({ notices: [error] }));
    expect(electron.notifications).toMatchObject([{ title: 'Gata needs your attention' }]);
  });

  test('open the dashboard at a click', () => {
    const { electron, notifications, clicks } = setUp();
    notifications.show(readyStatus({ notices: [damaged] }));
    electron.notifications[0]?.emit('click');
    expect(clicks).toEqual(['home']);
  });

  test('take an announcement away again', () => {
    const { electron, notifications, clicks } = setUp();
    const takeAway = notifications.announce({ title: 'Keys', body: 'They are taken.', screen: 'settings' });
    electron.notifications[0]?.emit('click');
    expect(clicks).toEqual(['settings']);
    takeAway();
    expect(electron.notifications[0]?.isClosed).toBe(true);
  });
});
