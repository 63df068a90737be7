import { expect, it } from 'vitest';
import { extentOf } from '../../../../src/renderer/gpu/charts/extent.ts';

it('finds the lowest and highest from a row on, past what was not told', () => {
  const column = Float64Array.of(99, 4, Number.NaN, -2, 7);
  expect(extentOf(column, 1)).toEqual({ lowest: -2, highest: 7 });
  expect(extentOf(column, 4)).toEqual({ lowest: 7, highest: 7 });
});

it('knows none where nothing was told', () => {
  expect(extentOf(Float64Array.of(Number.NaN), 0)).toBeUndefined();
  expect(extentOf(Float64Array.of(1), 1)).toBeUndefined();
});
