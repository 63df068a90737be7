import { expect, it } from 'vitest';
import { gameEffect } from '../../../src/renderer/games/game-effect.ts';
import { ago, ahead, gamePausedState, hadesView, workingState } from '../../support/dashboard-fixtures.ts';

it('says what Gata really does about a game', () => {
  expect(gameEffect(hadesView(), gamePausedState())).toBe('paused');
  expect(gameEffect(hadesView(), workingState())).toBe('offCard');
  expect(gameEffect(hadesView({ choice: 'share' }), workingState())).toBe('shared');
  expect(gameEffect(hadesView({ choice: 'ignore' }), workingState())).toBe('ignored');
});

it('does not take the wait after another game for a pause', () => {
  const reasons = [
    { code: 'game-running' as const, message: 'X has just ended', since: ago(1), until: ahead(9) },
  ];
  expect(gameEffect(hadesView(), gamePausedState({ reasons }))).toBe('offCard');
  expect(gameEffect(hadesView(), undefined)).toBe('paused');
});
