import { expect, it } from 'vitest';
import { announced } from '../../src/renderer/announcement.ts';
import { gamePausedState, readyState, workingState } from '../support/dashboard-fixtures.ts';

it('tells pauses and outages apart, and says the same of every job', () => {
  expect(announced(gamePausedState(), 'live')).toEqual({ kind: 'paused', reason: 'Hades II is running' });
  expect(announced(workingState(), 'live')).toEqual(announced(readyState(), 'live'));
  expect(announced(readyState(), 'offline')).toEqual({ kind: 'offline' });
  expect(announced(undefined, 'connecting')).toBeUndefined();
});
