import { expect, it } from 'vitest';
import { kindShares } from '../../../src/renderer/home/kind-shares.ts';
import { TASK_KINDS } from '../../../src/shared/task.ts';
import { readyState } from '../../support/dashboard-fixtures.ts';

it('lists every kind in the same order whatever was done', () => {
  const { today } = readyState();
  const nothing = kindShares({ ...today, byKind: {} });
  expect(nothing.map((entry) => entry.kind).sort()).toEqual([...TASK_KINDS].sort());
  expect(nothing.every((entry) => entry.count === 0 && entry.share === 0)).toBe(true);
  const some = kindShares({ ...today, byKind: { embedding: 3, 'onnx.run': 1 } });
  expect(some.map((entry) => entry.kind)).toEqual(nothing.map((entry) => entry.kind));
  expect(some.find((entry) => entry.kind === 'embedding')).toMatchObject({ count: 3, share: 0.75 });
});

it('has shares that add up to one', () => {
  const sum = kindShares(readyState().today).reduce((total, entry) => total + entry.share, 0);
  expect(sum).toBeCloseTo(1);
});
