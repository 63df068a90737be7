import { describe, expect, test } from 'vitest';
import { GameQuestions } from '../../src/main/game-questions.ts';
import { Notifications } from '../../src/main/notifications.ts';
import { fakeElectron } from '../support/fake-electron.ts';
import { gameView } from '../support/game-view.ts';
import { pausedStatus, readyStatus, reason } from '../support/shell-status.ts';

function setUp() {
  const { Notification, notifications } = fakeElectron('/app');
  const opened: string[] = [];
  const system = new Notifications({ Notification }, '/icon.png', (screen) => opened.push(screen));
  const answers: unknown[][] = [];
  const questions = new GameQuestions({
    announce: (announcement) => system.announce(announcement),
    answer: (...answer) => answers.push(answer),
  });
  return { questions, notifications, opened, answers };
}

const lantern = gameView('lantern', { certainty: 'maybe', why: 'It fills the screen.' });
const asking = pausedStatus([reason('game-running', 'lantern may be a game')], { games: [lantern] });

describe('the question whether a program is a game', () => {
  test('is asked once, with its reason and both answers', () => {
    const { questions, notifications } = setUp();
    questions.show(asking);
    questions.show(readyStatus());
    questions.show(asking);
    expect(notifications).toMatchObject([
      {
        title: 'Is lantern a game?',
        body: 'It fills the screen. Gata has paused to be safe. Your answer is remembered.',
        actions: ['Yes, pause for it', 'No, ignore it'],
        isShown: true,
      },
    ]);
  });

  test('is answered by a button, or in the dashboard that a click opens', () => {
    const { questions, notifications, opened, answers } = setUp();
    questions.show(asking);
    notifications[0]?.press('No, ignore it');
    notifications[0]?.press('Yes, pause for it');
    expect(answers).toEqual([
      [lantern.key, 'ignore'],
      [lantern.key, 'pause'],
    ]);
    notifications[0]?.emit('click');
    expect(opened).toEqual(['home']);
  });

  test.each([
    ['a game is played', { games: [lantern, gameView('Hades II')] }],
    ['one is about to start', { reasons: [reason('pause-lease', 'Steam starts a game')] }],
  ])('waits while %s', (_when, change) => {
    const { questions, notifications } = setUp();
    questions.show({ ...asking, ...change });
    expect(notifications).toHaveLength(0);
    questions.show(asking);
    expect(notifications).toHaveLength(1);
  });

  test('stays when the program ends, and goes when it is answered elsewhere', () => {
    const { questions, notifications } = setUp();
    questions.show(asking);
    questions.show(readyStatus());
    questions.answered({ 'steam:1': 'share' });
    expect(notifications[0]?.isClosed).toBe(false);
    questions.answered({ [lantern.key]: 'ignore' });
    expect(notifications[0]?.isClosed).toBe(true);
  });
});
