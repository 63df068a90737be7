import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowAfterKey, rowWindow } from '../../../src/renderer/components/row-window.ts';

it('draws every row in view and never more than there are', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.integer({ min: 1, max: 80 }),
      fc.nat(300_000),
      fc.nat(2000),
      (rows, rowHeight, scrollTop, viewHeight) => {
        const { first, end } = rowWindow({ rows, rowHeight, scrollTop, viewHeight });
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(rows);
        expect(first).toBeLessThanOrEqual(end);
        for (const y of [scrollTop, scrollTop + viewHeight / 2, scrollTop + viewHeight - 1]) {
          const row = Math.floor(y / rowHeight);
          if (y >= scrollTop && row < rows) expect(first <= row && row < end).toBe(true);
        }
        expect(end - first).toBeLessThanOrEqual(viewHeight / rowHeight + 14);
      },
    ),
  );
});

it('moves by rows, pages and to the ends, and stays within the list', () => {
  const list = { rows: 50, rowsInView: 10 };
  const after = (key: string, from: number) => rowAfterKey(key, from, list);
  expect(after('ArrowDown', 0)).toBe(1);
  expect(after('ArrowUp', 0)).toBe(0);
  expect(after('PageDown', 45)).toBe(49);
  expect(after('PageUp', 25)).toBe(15);
  expect(after('Home', 25)).toBe(0);
  expect(after('End', 0)).toBe(49);
  expect(after('a', 3)).toBeUndefined();
});
