import { expect, it } from 'vitest';
import { barHeights } from '../../../src/renderer/home/bar-heights.ts';

it('puts the newest sample last and leaves missing ones flat', () => {
  expect(barHeights([5, 10], 4, 40)).toEqual([0, 0, 20, 40]);
});

it('drops what does not fit and survives silence', () => {
  expect(barHeights([9, 1, 2], 2, 10)).toEqual([5, 10]);
  expect(barHeights([0, 0], 2, 10)).toEqual([0, 0]);
});
