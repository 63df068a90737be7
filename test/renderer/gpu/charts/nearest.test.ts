import { expect, it } from 'vitest';
import { nearestRow } from '../../../../src/renderer/gpu/charts/nearest.ts';

const times = Float64Array.of(1000, 2000, 10_000);

it('finds the reading nearest to a moment', () => {
  expect([0, 1400, 1600, 2500, 9000, 12_000].map((at) => nearestRow(times, at, 5000))).toEqual([
    0, 0, 1, 1, 2, 2,
  ]);
});

it('finds none where nothing was read', () => {
  expect(nearestRow(times, 6000, 3000)).toBeUndefined();
  expect(nearestRow(times, 20_000, 3000)).toBeUndefined();
  expect(nearestRow(new Float64Array(), 0, 3000)).toBeUndefined();
});
