import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/renderer/api/backoff.ts';

it('doubles from half a second to ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(failures, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ]);
});

it('spreads tries by up to a quarter', () => {
  expect(backoffMs(6, 0)).toBe(7500);
});
