import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BusyState, busyStep, NOT_BUSY } from '../../../src/agent/policy/busy-state.ts';

/** One reading a second. */
function toldOf(uses: readonly (number | null)[], from: BusyState = NOT_BUSY): boolean[] {
  let state = from;
  return uses.map((use, second) => {
    state = busyStep(state, use, second);
    return state.isBusy;
  });
}

const seconds = (count: number, use: number | null) => Array.from({ length: count }, () => use);

describe('whether something is busy', () => {
  test('it is after ten seconds of work, and no more after twenty of rest', () => {
    const told = toldOf([...seconds(11, 0.9), ...seconds(21, 0.1)]);
    expect(told.indexOf(true)).toBe(10);
    expect(told.lastIndexOf(true)).toBe(30);
  });

  test('neither a burst nor a short rest counts', () => {
    expect(toldOf([...seconds(9, 1), 0.3, ...seconds(9, 1)])).not.toContain(true);
    const busy: BusyState = { isBusy: true, doubtSinceSeconds: null };
    expect(toldOf([...seconds(19, 0), 0.3, ...seconds(19, 0)], busy)).not.toContain(false);
  });

  test('without readings it stays what it was', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(100), (isBusy, count) => {
        const told = toldOf(seconds(count, null), { isBusy, doubtSinceSeconds: null });
        expect(told.every((each) => each === isBusy)).toBe(true);
      }),
    );
  });
});
