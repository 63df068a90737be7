import { expect, it } from 'vitest';
import {
  openQuestions,
  pageAfterChoice,
  runningAfterChoice,
} from '../../../src/renderer/api/game-choices.ts';
import { hadesView } from '../../support/dashboard-fixtures.ts';
import { installedGame, questionedView } from '../../support/dashboard-game-fixtures.ts';

const question = questionedView();
const hades = hadesView();
const { key } = question;

it('makes a program certain with the first word, and forgets what is to be ignored', () => {
  const games = [hades, question];
  expect(openQuestions(games)).toEqual([question]);
  expect(runningAfterChoice(games, { key, choice: 'share' })[1]).toMatchObject({
    certainty: 'game',
    choice: 'share',
  });
  expect(runningAfterChoice(games, { key, choice: 'ignore' })).toEqual([hades]);
});

it('leaves it to the agent to judge again when the word is taken back', () => {
  expect(runningAfterChoice([question], { key, choice: null })).toEqual([question]);
});

it('shows the choice on the installed game, and the rule when it is taken back', () => {
  const page = {
    running: [],
    installed: [installedGame(), installedGame({ id: 'gog:1', choice: 'share' })],
    scanning: false,
    refusedFolders: [],
    include: [],
    exclude: [],
    pauses: [],
  };
  const choices = (choice: 'ignore' | null, id: string) =>
    pageAfterChoice(page, { key: id, choice }).installed.map((game) => game.choice);
  expect(choices('ignore', 'steam:1145350')).toEqual(['ignore', 'share']);
  expect(choices(null, 'gog:1')).toEqual(['pause', 'pause']);
});
